package earshot.dialect.threadkit;

import earshot.core.message.Profile;
import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A user as other users may see one. Of a profile's attributes only the members named here leave, and only with the type they must have:
 * the record behind it may hold an address or a phone number.
 */
final class UserPublic {
    private static final List<String> LINKS = List.of(
            "twitter", "github", "facebook", "whatsapp", "telegram", "instagram", "tiktok", "snapchat", "discord");

    private long karma;
    private long totalComments;
    private String createdAt = "1970-01-01T00:00:00Z";
    private final Map<String, String> links = new LinkedHashMap<>(2);

    private UserPublic() {}

    static void write(JsonBytes out, Profile profile) {
        UserPublic user = of(profile.attributes());
        out.raw("{\"avatar_url\":")
                .string(profile.avatarUrl())
                .raw(",\"created_at\":")
                .string(user.createdAt)
                .raw(",\"id\":")
                .id(WireUuid.ofUser(profile.user()))
                .raw(",\"karma\":")
                .number(user.karma)
                .raw(",\"name\":")
                .string(profile.name());
        user.writeLinks(out);
        out.raw(",\"total_comments\":").number(user.totalComments).raw("}");
    }

    static long karma(Profile profile) {
        return of(profile.attributes()).karma;
    }

    /** Absent without a link, never null: that is how the client tells. */
    private void writeLinks(JsonBytes out) {
        if (links.isEmpty()) return;
        out.raw(",\"social_links\":{");
        boolean first = true;
        for (var link : links.entrySet()) {
            if (!first) out.raw(",");
            out.string(link.getKey()).raw(":").string(link.getValue());
            first = false;
        }
        out.raw("}");
    }

    private static UserPublic of(String attributes) {
        var user = new UserPublic();
        if (attributes.equals(Profile.NO_ATTRIBUTES)) return user;
        try (JsonParser parser = Json.fromText(attributes)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) user.members(parser);
        } catch (JacksonException e) {
            return new UserPublic();
        }
        return user;
    }

    private void members(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "karma" -> karma = Json.atLong(parser) ? parser.getLongValue() : karma;
                case "total_comments" -> totalComments = Json.atLong(parser) ? parser.getLongValue() : totalComments;
                case "created_at" -> {
                    if (value == JsonToken.VALUE_STRING) created(parser.getString());
                }
                case "social_links" -> {
                    if (value == JsonToken.START_OBJECT) {
                        links(parser);
                        continue;
                    }
                }
                default -> {}
            }
            parser.skipChildren();
        }
    }

    private void created(String text) {
        if (!text.endsWith("Z") || text.length() > 30) return;
        try {
            Instant.parse(text);
            createdAt = text;
        } catch (DateTimeException e) {
            // stays what it was: a client must never get something else than a time here
        }
    }

    private void links(JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && LINKS.contains(name)) links.put(name, parser.getString());
            else parser.skipChildren();
        }
    }
}
