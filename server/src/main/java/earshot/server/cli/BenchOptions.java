package earshot.server.cli;

import earshot.bench.load.LoadPlan;
import earshot.bench.load.Profiles;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What load is asked for: a named profile, and what is to be different from it. */
final class BenchOptions {
    private static final String CUSTOM = "custom";
    private static final String HELP = "help";

    @Option(
            names = "--profile",
            paramLabel = "NAME",
            completionCandidates = Names.class,
            description =
                    "A load with a name (default: broadcast-100ms); each option below changes one thing of it. There are"
                            + " ${COMPLETION-CANDIDATES}; --profile help tells what they are.")
    private @Nullable String profile;

    @Option(names = "--label", paramLabel = "NAME", description = "What the result is called (default: the profile).")
    private @Nullable String label;

    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            description =
                    "What the clients speak: waddle, threadkit (comments enter by /v1, with --key), or raw: any server of"
                            + " plain WebSocket, with --path and --say (default: ${DEFAULT-VALUE}).")
    private String dialect = "waddle";

    @Option(
            names = {"-n", "--connections"},
            paramLabel = "N",
            description = "Clients.")
    private @Nullable Integer connections;

    @Option(
            names = {"-r", "--rooms"},
            paramLabel = "N",
            description = "Rooms that they are spread over.")
    private @Nullable Integer rooms;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description =
                    "Messages a second over all rooms, on a fixed schedule. Latency counts from when a message was due, so"
                            + " that a server which stalls is charged for all that waited.")
    private @Nullable Double rate;

    @Option(
            names = "--window",
            paramLabel = "N",
            description =
                    "Instead of a rate: messages in flight over all rooms; the next follows when one was heard by all."
                            + " Shows how much a server can do, not how late it is.")
    private @Nullable Integer window;

    @Option(names = "--silent", description = "Nothing is said: memory and CPU of idle connections.")
    private boolean silent;

    @Option(names = "--payload", paramLabel = "BYTES", description = "Content of a message (default: 130).")
    private @Nullable Integer payload;

    @Option(names = "--publishers", paramLabel = "N", description = "Members of a room who publish (default: 1).")
    private @Nullable Integer publishers;

    @Option(names = "--typing", paramLabel = "N", description = "Signs of typing a second, over all members.")
    private @Nullable Double typing;

    @Option(
            names = "--pings",
            paramLabel = "N",
            description =
                    "Events a second, over all members, that the server must take in and tells nobody else: threadkit's ping"
                            + " (answered), waddle's typing that is off already. Limits per connection count them.")
    private @Nullable Double pings;

    @Option(names = "--duration", paramLabel = "TIME", description = "What is measured, such as 30s.")
    private @Nullable String duration;

    @Option(names = "--warm-up", paramLabel = "TIME", description = "Load before it; checked, not measured.")
    private @Nullable String warmUp;

    @Option(
            names = "--connect-rate",
            paramLabel = "N",
            description = "Connections begun in a second (default: as fast as they are answered).")
    private @Nullable Integer connectRate;

    @Option(names = "--slow", paramLabel = "N", description = "Members that stop reading for a while.")
    private @Nullable Integer slow;

    @Option(names = "--slow-for", paramLabel = "TIME", description = "For so long (default: 5s).")
    private @Nullable String slowFor;

    @Option(names = "--drop", paramLabel = "N", description = "Members that lose their connection and come back.")
    private @Nullable Integer drop;

    @Option(
            names = "--processes",
            paramLabel = "N",
            description = "Load generators, a process and a loop each (default: as many as the connections need).")
    private int processes;

    /** For the help. */
    static final class Names implements Iterable<String> {
        @SuppressWarnings("unused") // picocli makes it
        Names() {}

        @Override
        public Iterator<String> iterator() {
            return Profiles.names().iterator();
        }
    }

    String dialect() {
        return dialect;
    }

    /** Throws {@link CommandFailure} when it cannot be meant. */
    LoadPlan plan(LoadPlan.Target target) {
        String name = Optional.ofNullable(profile).orElse(Profiles.usual());
        Profiles.Profile base = Profiles.named(name).orElseThrow(() -> new CommandFailure(unknown(name)));
        try {
            String called = profile == null && isChanged() ? CUSTOM : name;
            return new LoadPlan(
                    called,
                    Optional.ofNullable(label).orElse(called),
                    target,
                    crowd(base.crowd()),
                    traffic(base.traffic()),
                    timing(base.timing()),
                    disturbance(base.disturbance()),
                    processes);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static String unknown(String name) {
        return "there is no profile " + name + "; there are" + System.lineSeparator()
                + profiles().stripTrailing();
    }

    /** Whether they are to be shown instead of a run. */
    boolean asksForProfiles() {
        return HELP.equals(profile);
    }

    /** A line for each. */
    static String profiles() {
        StringBuilder lines = new StringBuilder();
        for (String known : Profiles.names())
            lines.append(String.format(
                    Locale.ROOT,
                    "  %-16s%s%n",
                    known,
                    Profiles.named(known).map(Profiles.Profile::about).orElse("")));
        return lines.toString();
    }

    private boolean isChanged() {
        return connections != null || rooms != null || rate != null || window != null || silent;
    }

    private LoadPlan.Crowd crowd(LoadPlan.Crowd base) {
        int members = or(connections, base.connections());
        return new LoadPlan.Crowd(
                members,
                or(rooms, rooms(base, members)),
                or(connectRate, base.connectRate()),
                or(publishers, dialect.equals("threadkit") ? 4 : base.publishersPerRoom()));
    }

    /** One room stays one; of many there are as many as keep their size. */
    private static int rooms(LoadPlan.Crowd base, int members) {
        return base.rooms() == 1 ? 1 : Math.max(1, (int) ((long) members * base.rooms() / base.connections()));
    }

    private LoadPlan.Traffic traffic(LoadPlan.Traffic base) {
        return new LoadPlan.Traffic(
                pace(base.pace()),
                or(payload, base.payloadBytes()),
                typing == null ? base.typingPerSecond() : typing,
                pings == null ? base.pingsPerSecond() : pings);
    }

    private LoadPlan.Pace pace(LoadPlan.Pace base) {
        int given = (rate == null ? 0 : 1) + (window == null ? 0 : 1) + (silent ? 1 : 0);
        if (given > 1)
            throw new CommandFailure("--rate, --window and --silent are three ways to pace; give one of them");
        if (rate != null) return LoadPlan.Pace.rate(rate);
        if (window != null) return LoadPlan.Pace.window(window);
        return silent ? LoadPlan.Pace.idle() : base;
    }

    private LoadPlan.Timing timing(LoadPlan.Timing base) {
        return new LoadPlan.Timing(
                or("--warm-up", warmUp, base.warmUp()), or("--duration", duration, base.measured()), base.drain());
    }

    private LoadPlan.Disturbance disturbance(LoadPlan.Disturbance base) {
        int slowMembers = or(slow, base.slowMembers());
        Duration usual = base.slowFor().isZero() ? Duration.ofSeconds(5) : base.slowFor();
        return new LoadPlan.Disturbance(slowMembers, or("--slow-for", slowFor, usual), or(drop, base.dropped()));
    }

    private static int or(@Nullable Integer given, int base) {
        return given == null ? base : given;
    }

    private static Duration or(String flag, @Nullable String given, Duration base) {
        return given == null ? base : Durations.parse(flag, given);
    }
}
