package earshot.dialect.waddle;

import earshot.core.message.Event;
import earshot.core.message.Message;
import earshot.core.message.MessageWindow;
import earshot.core.message.PresenceList;
import earshot.core.message.Profile;
import earshot.dialect.Frame;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything the server says, as bytes. Member order is the seed's; what we add comes last. Without state. */
final class ServerFrames {
    private static final byte[] MESSAGE = ascii("{\"type\":\"message\",\"message\":{\"id\":");
    private static final byte[] ID = ascii("{\"id\":");
    private static final byte[] CHANNEL = ascii(",\"channelId\":");
    private static final byte[] USER = ascii(",\"userId\":");
    private static final byte[] USERNAME = ascii(",\"username\":");
    private static final byte[] CONTENT = ascii(",\"content\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] THREAD = ascii(",\"threadId\":");
    private static final byte[] SEQUENCE = ascii(",\"sequence\":");
    private static final byte[] END_TWICE = ascii("}}");
    private static final int MESSAGE_FRAME_BYTES = MESSAGE.length
            + CHANNEL.length
            + USER.length
            + USERNAME.length
            + CONTENT.length
            + TIMESTAMP.length
            + SEQUENCE.length
            + END_TWICE.length
            + 4 * 2;

    private static final byte[] ROW_CHANNEL = ascii(",\"channel_id\":");
    private static final byte[] ROW_USER = ascii(",\"user_id\":");
    private static final byte[] ROW_THREAD = ascii(",\"thread_id\":");
    private static final byte[] ROW_CREATED = ascii(",\"created_at\":\"");
    private static final byte[] ROW_AVATAR = ascii(",\"avatar_url\":");
    private static final byte[] NULL = ascii("null");

    private static final byte[] INITIAL_STATE = ascii("{\"type\":\"initial_state\",\"messages\":");
    private static final byte[] ONLINE_USERS = ascii(",\"onlineUsers\":");
    /** From here on an entry is rendered once and not for everybody who joins; each then takes some hundred bytes of memory. */
    private static final int MANY = 64;

    private static final byte[] ENTRY = ascii("{\"userId\":");
    private static final byte[] JOINED = ascii(",\"joinedAt\":");
    private static final byte[] STATUS = ascii(",\"status\":");

    private static final byte[] TYPING = ascii("{\"type\":\"typing\",\"userId\":");
    private static final byte[] IS_TYPING = ascii(",\"isTyping\":true}");
    private static final byte[] IS_NOT_TYPING = ascii(",\"isTyping\":false}");
    private static final byte[] CONNECTED = ascii("{\"type\":\"user_connected\",\"userId\":");
    private static final byte[] DISCONNECTED = ascii("{\"type\":\"user_disconnected\",\"userId\":");
    private static final byte[] PRESENCE_UPDATE = ascii("{\"type\":\"presence_update\",\"userId\":");
    private static final byte[] ERROR = ascii("{\"type\":\"error\",\"message\":");
    private static final byte[] MESSAGE_ID = ascii(",\"messageId\":");
    private static final byte[] ERROR_MEMBER = ascii(",\"error\":");
    private static final byte[] ACK = ascii("{\"type\":\"ack\",\"messageId\":");
    private static final byte[] ACK_ID = ascii(",\"id\":");
    private static final byte[] REPEATED = ascii(",\"repeated\":true");
    private static final byte[] SYNC_COMPLETE = ascii("{\"type\":\"sync_complete\",\"afterMessageId\":");
    private static final byte[] LAST_MESSAGE_ID = ascii(",\"lastMessageId\":");
    private static final byte[] REPLAYED = ascii(",\"replayed\":");
    private static final byte[] COMPLETE = ascii(",\"complete\":true}");
    private static final byte[] INCOMPLETE = ascii(",\"complete\":false}");

    private static final byte[] AVAILABLE = ascii("{\"type\":\"service\",\"available\":true}");
    private static final byte[] AWAY = ascii("{\"type\":\"service\",\"available\":false}");

    /** What JavaScript's {@code toISOString} writes: always three digits of milliseconds. */
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Names for what is rendered once from a shared value (trap W-14). */
    enum Rendering {
        HISTORY,
        ONLINE
    }

    private ServerFrames() {}

    // ---- messages

    /** A live message; also what a replay consists of. */
    static Frame message(Message m) {
        MessageBody own = MessageBody.in(m);
        JsonBytes json = new JsonBytes(messageBytes(m, own)).raw(MESSAGE).string(m.id());
        liveMembers(json, m, own);
        return Frame.text(
                json.raw(SEQUENCE).number(m.position().offset()).raw(END_TWICE).done());
    }

    /** The exact size when nothing needs an escape; a little less otherwise. */
    static int messageBytes(Message m, @Nullable MessageBody own) {
        int content = own == null ? m.text().length() + 2 + threadBytes(m) : own.bytes() - MessageBody.FRAME_BYTES;
        return MESSAGE_FRAME_BYTES
                + m.id().length()
                + m.room().name().length()
                + m.author().user().id().length()
                + m.author().name().length()
                + content
                + JsonBytes.digits(m.timestampMillis())
                + JsonBytes.digits(m.position().offset());
    }

    private static int threadBytes(Message m) {
        String thread = m.replyTo();
        return thread == null ? 0 : THREAD.length + thread.length() + 2;
    }

    private static void liveMembers(JsonBytes json, Message m, @Nullable MessageBody own) {
        json.raw(CHANNEL).string(m.room().name());
        json.raw(USER).string(m.author().user().id());
        json.raw(USERNAME).string(m.author().name());
        content(json, m, own);
        json.raw(TIMESTAMP).number(m.timestampMillis());
        if (own != null) own.thread(json);
        else if (m.replyTo() != null) json.raw(THREAD).string(m.replyTo());
    }

    private static void content(JsonBytes json, Message m, @Nullable MessageBody own) {
        json.raw(CONTENT);
        if (own != null) own.content(json);
        else json.string(m.text());
    }

    /** A row of history: the members of the original's SQL row and those of a live message, so that either reader works. */
    private static void row(JsonBytes json, Message m) {
        MessageBody own = MessageBody.in(m);
        json.raw(ID).string(m.id());
        json.raw(ROW_CHANNEL).string(m.room().name());
        json.raw(ROW_USER).string(m.author().user().id());
        json.raw(ROW_THREAD);
        if (own != null) own.threadOrNull(json);
        else stringOrNull(json, m.replyTo());
        json.raw(ROW_CREATED)
                .raw(ascii(ISO.format(Instant.ofEpochMilli(m.timestampMillis()))))
                .raw('"');
        json.raw(ROW_AVATAR);
        stringOrNull(json, m.author().avatarUrl());
        liveMembers(json, m, own);
        json.raw(SEQUENCE).number(m.position().offset()).raw('}');
    }

    private static void stringOrNull(JsonBytes json, @Nullable String text) {
        if (text == null) json.raw(NULL);
        else json.string(text);
    }

    // ---- the first frame

    static Frame initialState(MessageWindow history, PresenceList presence) {
        byte[] rows = history.rendered().get(Rendering.HISTORY, byte[].class, () -> rows(history));
        byte[] online = presence.rendered().get(Rendering.ONLINE, byte[].class, () -> online(presence));
        JsonBytes json = new JsonBytes(INITIAL_STATE.length + rows.length + ONLINE_USERS.length + online.length + 1);
        return Frame.text(json.raw(INITIAL_STATE)
                .raw(rows)
                .raw(ONLINE_USERS)
                .raw(online)
                .raw('}')
                .done());
    }

    private static byte[] rows(MessageWindow history) {
        JsonBytes json = new JsonBytes(16 + 512 * history.messages().size()).raw('[');
        boolean first = true;
        for (Message m : history.messages()) {
            if (!first) json.raw(',');
            first = false;
            row(json, m);
        }
        return json.raw(']').done();
    }

    /** One entry per socket, not per user (DECISIONS 15); one for a user who is expected back after a restart and has none yet. */
    private static byte[] online(PresenceList presence) {
        List<PresenceList.Present> users = presence.users();
        boolean many = users.size() > MANY;
        JsonBytes json = new JsonBytes(16 + 96 * users.size()).raw('[');
        for (PresenceList.Present present : users) {
            if (json.length() > 1) json.raw(',');
            if (many) json.raw(present.rendered().get(Rendering.ONLINE, byte[].class, () -> entries(present)));
            else entries(json, present);
        }
        return json.raw(']').done();
    }

    private static byte[] entries(PresenceList.Present present) {
        return entries(small(), present).done();
    }

    private static JsonBytes entries(JsonBytes json, PresenceList.Present present) {
        if (present.sessions().isEmpty()) entry(json, present, present.joinedMillis());
        boolean first = true;
        for (PresenceList.PresentSession session : present.sessions()) {
            if (!first) json.raw(',');
            first = false;
            entry(json, present, session.joinedMillis());
        }
        return json;
    }

    private static void entry(JsonBytes json, PresenceList.Present present, long joinedMillis) {
        who(json.raw(ENTRY), present.user()).raw(JOINED).number(joinedMillis);
        if (!present.status().equals(WaddleDialect.ONLINE)) json.raw(STATUS).string(present.status());
        json.raw('}');
    }

    // ---- people

    static Frame typing(Event.Typing t) {
        return Frame.text(who(small(TYPING), t.user())
                .raw(t.on() ? IS_TYPING : IS_NOT_TYPING)
                .done());
    }

    static Frame connected(Event.UserJoined j) {
        return Frame.text(who(small(CONNECTED), j.user())
                .raw(JOINED)
                .number(j.joinedMillis())
                .raw('}')
                .done());
    }

    static Frame disconnected(Event.UserLeft l) {
        return Frame.text(who(small(DISCONNECTED), l.user()).raw('}').done());
    }

    static Frame presenceUpdate(Event.StatusChanged s) {
        JsonBytes json = small(PRESENCE_UPDATE).string(s.user().user().id());
        return Frame.text(json.raw(STATUS).string(s.status()).raw('}').done());
    }

    private static JsonBytes who(JsonBytes json, Profile user) {
        return json.string(user.user().id()).raw(USERNAME).string(user.name());
    }

    private static JsonBytes small(byte[] start) {
        return small().raw(start);
    }

    private static JsonBytes small() {
        return new JsonBytes(160);
    }

    // ---- to one client

    /** @param clientId what it is about, where the client gave a name to it (trap W-11); null: nothing that has a name */
    static Frame error(String text, @Nullable String clientId) {
        JsonBytes json = small(ERROR).string(text);
        if (clientId != null)
            json.raw(MESSAGE_ID).string(clientId).raw(ERROR_MEMBER).string(text);
        return Frame.text(json.raw('}').done());
    }

    /** @param clientId the name that the client gave to its message; {@code id} is the one that everybody sees */
    static Frame ack(String clientId, String id, long timestampMillis, boolean repeated) {
        JsonBytes json = small(ACK)
                .string(clientId)
                .raw(TIMESTAMP)
                .number(timestampMillis)
                .raw(ACK_ID)
                .string(id);
        if (repeated) json.raw(REPEATED);
        return Frame.text(json.raw('}').done());
    }

    /** @param lastMessageId the last that was replayed, after which a client may sync again; null: none was */
    static Frame syncComplete(
            @Nullable String afterMessageId, @Nullable String lastMessageId, int replayed, boolean complete) {
        JsonBytes json = small(SYNC_COMPLETE);
        stringOrNull(json, afterMessageId);
        if (lastMessageId != null) json.raw(LAST_MESSAGE_ID).string(lastMessageId);
        return Frame.text(json.raw(REPLAYED)
                .number(replayed)
                .raw(complete ? COMPLETE : INCOMPLETE)
                .done());
    }

    static Frame service(boolean available) {
        return Frame.text(available ? AVAILABLE : AWAY);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
