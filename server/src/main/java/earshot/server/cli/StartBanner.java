package earshot.server.cli;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.server.EarshotServer;
import earshot.server.Version;
import earshot.server.config.Meeting;
import earshot.server.config.ServerConfig;
import earshot.server.page.Demo;
import earshot.server.status.StatusPages;
import java.io.PrintWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a person sees when the server runs. Secrets are for the terminal of development only. */
final class StartBanner {
    private final ServerConfig config;
    private final EarshotServer server;
    private final String madeKey;

    /** @param madeKey empty in production */
    StartBanner(ServerConfig config, EarshotServer server, String madeKey) {
        this.config = config;
        this.server = server;
        this.madeKey = madeKey;
    }

    void print(PrintWriter out, long millis) {
        out.println();
        out.println("Earshot " + Version.number() + " listens on "
                + server.addresses().getFirst() + " (" + config.mode().name().toLowerCase(Locale.ROOT) + ", started in "
                + millis + " ms)");
        out.println();
        if (config.threadkit().enabled())
            line(out, "threadkit", config.threadkit().dialect().path() + "?project_id=…&token=…");
        if (config.waddle().enabled()) line(out, "waddle", "/channel/{id}/websocket");
        line(out, "server API", "/v1 (described by /v1/openapi.yaml)");
        line(out, "status", "/  /health  /stats  /metrics");
        if (config.network().echo()) line(out, "echo", "/echo");
        config.meetings().forEach(meeting -> line(out, "meeting", meeting + pageOf(meeting)));
        out.println();
        line(out, "data", config.history().data().map(StartBanner::absolute).orElse("none"));
        line(out, "durability", config.history().meaning());
        line(out, "limits", limits());
        line(out, "memory", memory());
        server.demo().ifPresent(demo -> printDevelopment(out, demo));
        if (!madeKey.isEmpty() && server.demo().isEmpty()) line(out, "API key", madeKey);
        for (String warning : config.warnings()) line(out, "warning", warning);
        out.println();
    }

    private void printDevelopment(PrintWriter out, Demo demo) {
        out.println();
        line(out, "API key", madeKey);
        line(out, "site key", demo.projectId() + " (threadkit)");
        for (Demo.Person person : demo.commenters()) line(out, person.name(), "threadkit " + person.token());
        for (Demo.Person person : demo.chatters()) line(out, person.name(), "waddle    " + person.token());
        out.println();
        line(out, "look", server.addresses().getFirst() + "demo/channel.html?room=lobby in two tabs");
        line(out, "listen", "./earshot watch public:lobby" + elsewhere() + " --key " + madeKey);
    }

    /** Under which page id threadkit knows it; a pattern has one for each of its rooms. */
    private static String pageOf(Meeting meeting) {
        boolean hasPage =
                meeting.dialects().contains("threadkit") && meeting.rooms().indexOf('*') < 0;
        return hasPage ? ", page " + Meetings.uuidOf(new RoomId(RoomId.MEETING, "", meeting.rooms())) : "";
    }

    private String elsewhere() {
        return server.port() == 9001 ? "" : " --server http://127.0.0.1:" + server.port();
    }

    private static String absolute(Path data) {
        return data.toAbsolutePath().normalize().toString();
    }

    private static String limits() {
        List<Long> descriptors = StatusPages.descriptors();
        return descriptors.isEmpty()
                ? "the system does not say how many files may be open"
                : descriptors.get(1)
                        + " open files (the soft limit was raised to the hard one), which caps connections";
    }

    private static String memory() {
        String collectors = ManagementFactory.getGarbageCollectorMXBeans().stream()
                .map(GarbageCollectorMXBean::getName)
                .collect(Collectors.joining(" + "));
        return (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap at most, collected by " + collectors;
    }

    private static void line(PrintWriter out, String what, String text) {
        out.println("  " + what + " ".repeat(Math.max(1, 12 - what.length())) + text);
    }
}
