package earshot.dialect.threadkit;

/** Frames as the original wrote them (WIRE.md, examples). */
final class GoldenFrames {
    static final String ANN = """
            {"avatar_url":null,"created_at":"2025-12-09T05:32:57.123456Z","id":"11111111-1111-4111-8111-111111111111",\
            "karma":7,"name":"Ann","total_comments":3}""";
    static final String BOB = """
            {"avatar_url":"https://example.com/bob.png","created_at":"2025-12-09T05:32:57.123456Z",\
            "id":"22222222-2222-4222-8222-222222222222","karma":0,"name":"Bob","social_links":{"github":"bob"},"total_comments":3}""";
    static final String COMMENT = """
            {"i":"0193a5c0-0000-7000-8000-000000000001","a":"11111111-1111-4111-8111-111111111111","n":"Ann","p":null,"k":7,\
            "t":"hi *you*","h":"<p>hi <em>you</em></p>","u":0,"d":0,"x":1765258377,"m":1765258377,\
            "q":"0193a5c0-0000-7000-8000-000000000000"}""";

    static final String CONNECTED = call("connected", "\"user_id\":\"11111111-1111-4111-8111-111111111111\"");
    static final String CONNECTED_ANONYMOUS = call("connected", "\"user_id\":null");
    static final String PONG = call("pong", "");
    static final String ERROR = call("error", "\"code\":\"rate_limit\",\"message\":\"Too many messages\"");
    static final String PRESENCE = onPage("presence", "\"users\":[" + ANN + "]");
    static final String JOINED = onPage("user_joined", "\"user\":" + BOB);
    static final String LEFT = onPage("user_left", "\"user_id\":\"22222222-2222-4222-8222-222222222222\"");
    static final String TYPING = onPage("typing", "\"reply_to\":null,\"user\":" + ANN);
    static final String NEW_COMMENT = onPage("new_comment", "\"comment\":" + COMMENT);
    static final String EDIT_COMMENT = onComment("edit_comment", ",\"content\":\"ho\",\"content_html\":\"<p>ho</p>\"");
    static final String DELETE_COMMENT = onComment("delete_comment", "");
    static final String VOTE_UPDATE = onComment("vote_update", ",\"upvotes\":3,\"downvotes\":1");
    static final String PIN_UPDATE = onComment("pin_update", ",\"pinned\":true,\"pinned_at\":1765258377000");
    static final String UNPIN_UPDATE = onComment("pin_update", ",\"pinned\":false,\"pinned_at\":null");
    static final String NOTIFICATION = call(
            "notification",
            "\"type\":\"reply\",\"comment_id\":\"0193a5c0-0000-7000-8000-000000000001\",\"from_user\":" + BOB);

    private GoldenFrames() {}

    private static String onComment(String method, String members) {
        return onPage(method, "\"comment_id\":\"0193a5c0-0000-7000-8000-000000000001\"" + members);
    }

    private static String onPage(String method, String members) {
        return call(method, "\"page_id\":\"550e8400-e29b-41d4-a716-446655440000\"," + members);
    }

    private static String call(String method, String members) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{" + members + "}}";
    }
}
