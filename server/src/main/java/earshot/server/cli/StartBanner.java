package earshot.server.cli;

import earshot.core.message.RoomId;
import earshot.core.room.Meetings;
import earshot.server.EarshotServer;
import earshot.server.Version;
import earshot.server.config.Meeting;
import earshot.server.config.NetworkSettings;
import earshot.server.config.ServerConfig;
import earshot.server.page.Demo;
import earshot.server.status.StatusPages;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a person sees when the server runs. Secrets are for the terminal of development only. */
final class StartBanner {
    private final ServerConfig config;
    private final EarshotServer server;
    private final String madeKey;
    private final long millis;

    /**
     * @param madeKey empty in production
     * @param millis that the start took
     */
    StartBanner(ServerConfig config, EarshotServer server, String madeKey, long millis) {
        this.config = config;
        this.server = server;
        this.madeKey = madeKey;
        this.millis = millis;
    }

    /** For people: everything, the secrets of development as well. Warnings are in the log, beside it. */
    void print(PrintWriter out) {
        out.println();
        out.println(headline());
        out.println();
        doors().forEach((what, text) -> line(out, what, text));
        config.meetings().forEach(meeting -> line(out, "meeting", meeting + pageOf(meeting)));
        out.println();
        terms().forEach((what, text) -> line(out, what, text));
        server.demo().ifPresent(demo -> printDevelopment(out, demo));
        if (!madeKey.isEmpty() && server.demo().isEmpty()) line(out, "API key", madeKey);
        out.println();
    }

    /** For machines: an entry for each fact, and no secret. */
    void log(Logger log) {
        log.log(Level.INFO, headline());
        doors().forEach((what, text) -> log.log(Level.INFO, what + ": " + text));
        config.meetings().forEach(meeting -> log.log(Level.INFO, "meeting: " + meeting + pageOf(meeting)));
        terms().forEach((what, text) -> log.log(Level.INFO, what + ": " + text));
    }

    private String headline() {
        return "Earshot " + Version.number() + " listens on "
                + String.join(" and ", server.addresses()) + " ("
                + config.mode().name().toLowerCase(Locale.ROOT) + ", started in "
                + millis + " ms)";
    }

    private Map<String, String> doors() {
        Map<String, String> doors = new LinkedHashMap<>();
        if (config.threadkit().enabled())
            doors.put("threadkit", config.threadkit().dialect().path() + "?project_id=…&token=…");
        if (config.waddle().enabled()) doors.put("waddle", "/channel/{id}/websocket");
        if (config.summit().enabled())
            doors.put("summit", config.summit().dialect().engine().path() + " (Socket.IO)");
        if (config.graphwiz().enabled()) doors.put("graphwiz", "/ws/{room}?auth_token=…&client_id=…");
        doors.put("server API", "/v1 (described by /v1/openapi.yaml)");
        doors.put("status", "/  /health  /stats  /metrics");
        if (config.network().echo()) doors.put("echo", "/echo");
        if (config.network().protocolFixture() != NetworkSettings.ProtocolFixture.OFF)
            doors.put("protocol fixture", "/engine.io/  /socket.io/");
        return doors;
    }

    private Map<String, String> terms() {
        Map<String, String> terms = new LinkedHashMap<>();
        server.certificate().ifPresent(certificate -> terms.put("certificate", certificate.toString()));
        terms.put("data", config.history().data().map(StartBanner::absolute).orElse("none"));
        if (config.redis().isOn()) terms.put("redis", config.redis().shown() + ", node " + config.nodeId());
        if (config.voice().isOn())
            terms.put("voice", "Janus at " + config.voice() + (server.hasVoice() ? "" : ", which does not answer yet"));
        terms.put("durability", config.durabilityMeaning());
        terms.put("limits", limits());
        terms.put("memory", memory());
        terms.put("started", Jvm.recording());
        return terms;
    }

    private void printDevelopment(PrintWriter out, Demo demo) {
        out.println();
        line(out, "API key", madeKey);
        line(out, "site key", demo.projectId() + " (threadkit)");
        for (Demo.Person person : demo.commenters()) line(out, person.name(), "threadkit " + person.token());
        for (Demo.Person person : demo.chatters()) line(out, person.name(), "waddle    " + person.token());
        out.println();
        server.webAddress().ifPresent(address -> {
            line(out, "look", address + "demo/channel.html?room=lobby in two tabs");
            line(out, "listen", "./earshot watch public:lobby" + elsewhere(address) + " --key " + madeKey);
        });
    }

    /** Under which page id threadkit knows it; a pattern has one for each of its rooms. */
    private static String pageOf(Meeting meeting) {
        boolean hasPage =
                meeting.dialects().contains("threadkit") && meeting.rooms().indexOf('*') < 0;
        return hasPage ? ", page " + Meetings.uuidOf(new RoomId(RoomId.MEETING, "", meeting.rooms())) : "";
    }

    private String elsewhere(String address) {
        if (address.equals("http://127.0.0.1:9001/")) return "";
        String authority = config.tls()
                .files()
                .filter(_ -> address.startsWith("https"))
                .map(files -> " --ca " + files.cert())
                .orElse("");
        return " --server " + address.replaceFirst("/$", "") + authority;
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
        return (Runtime.getRuntime().maxMemory() >> 20) + " MiB of heap at most, collected by " + Jvm.collector();
    }

    private static void line(PrintWriter out, String what, String text) {
        out.println("  " + what + " ".repeat(Math.max(1, 12 - what.length())) + text);
    }
}
