package earshot.server.config;

/** How this server lives beside a product's own servers. */
public final class InteropSettings {
    static final Catalog CATALOG = new Catalog("interop", "Beside a product's own servers on one Redis.");

    static final Setting<Boolean> PUBLISH = CATALOG.setting(
            "publish",
            Kinds.SWITCH,
            false,
            "Publish what comes by the server API to pages and users of threadkit on threadkit:page:*:events and threadkit:user:*:events too, as"
                    + " ThreadKit's HTTP server does: for its own WebSocket servers, as long as they run beside this one.");

    private InteropSettings() {}

    /** Whether this server says on the product's channels what happens here. */
    public static boolean publishes(ServerConfig config) {
        return config.values().of(PUBLISH);
    }
}
