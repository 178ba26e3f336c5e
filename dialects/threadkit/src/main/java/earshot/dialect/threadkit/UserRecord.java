package earshot.dialect.threadkit;

import earshot.core.message.Profile;
import earshot.core.message.UserId;
import earshot.dialect.JsonBytes;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A user as fields: text as it is, everything else as JSON, nothing as {@code null}. Read by what each field is, so that somebody called
 * {@code 123}, {@code true} or {@code null} is called so. Of a record's fields those are read that everybody may see.
 */
final class UserRecord {
    private static final String NOTHING = "null";
    private static final String NO_ATTRIBUTES = Profile.NO_ATTRIBUTES;
    /** Attributes that the HTTP server has no field for: a JSON object. It passes over fields that it does not know. */
    private static final String OTHERS = "earshot_attributes";

    private UserRecord() {}

    /** Empty without id or name: counters bring back a field or two of a user who was deleted. */
    static Optional<Profile> read(UUID id, Map<String, String> fields) {
        String name = fields.getOrDefault("name", "");
        if (name.isEmpty() || fields.getOrDefault("id", "").isEmpty()) return Optional.empty();
        String avatar = fields.getOrDefault("avatar_url", NOTHING);
        return Optional.of(new Profile(
                new UserId(ThreadkitDialect.NAME, id.toString()),
                name,
                avatar.equals(NOTHING) || avatar.isEmpty() ? null : avatar,
                attributes(fields)));
    }

    private static String attributes(Map<String, String> fields) {
        ObjectText out = new ObjectText();
        fields.forEach((name, value) -> {
            switch (name) {
                case "karma", "total_comments" -> {
                    if (isWhole(value)) out.member(name, value);
                }
                case "created_at" -> {
                    if (!value.equals(NOTHING)) out.text(name, value);
                }
                case "social_links" -> {
                    if (Members.of(value) != null) out.member(name, value);
                }
                default -> {}
            }
        });
        Members others = Members.of(fields.getOrDefault(OTHERS, NO_ATTRIBUTES));
        if (others != null) others.values.forEach(out::member);
        return out.object();
    }

    private static boolean isWhole(String value) {
        try {
            return Long.toString(Long.parseLong(value)).equals(value);
        } catch (NumberFormatException e) {
            return false;
        }
    }

    static Map<String, String> fields(UUID id, Profile profile) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("id", id.toString());
        fields.put("name", profile.name());
        String avatar = profile.avatarUrl();
        fields.put("avatar_url", avatar == null ? NOTHING : avatar);
        ObjectText others = new ObjectText();
        Members attributes = Members.of(profile.attributes());
        if (attributes != null)
            attributes.values.forEach((name, value) -> {
                String text = attributes.texts.get(name);
                switch (name) {
                    case "karma", "total_comments" -> {
                        if (isWhole(value)) fields.put(name, value);
                        else others.member(name, value);
                    }
                    case "created_at" -> {
                        if (text != null) fields.put(name, text);
                        else others.member(name, value);
                    }
                    case "social_links" -> {
                        if (value.startsWith("{")) fields.put(name, value);
                        else others.member(name, value);
                    }
                    default -> others.member(name, value);
                }
            });
        fields.put(OTHERS, others.object());
        return fields;
    }

    /** An object in the making. */
    private static final class ObjectText {
        private final JsonBytes bytes = new JsonBytes(128);

        void member(String name, String json) {
            bytes.raw(bytes.length() == 0 ? "{" : ",").string(name).raw(":").raw(json.getBytes(StandardCharsets.UTF_8));
        }

        void text(String name, String value) {
            bytes.raw(bytes.length() == 0 ? "{" : ",").string(name).raw(":").string(value);
        }

        String object() {
            return bytes.length() == 0
                    ? NO_ATTRIBUTES
                    : new String(bytes.raw("}").done(), StandardCharsets.UTF_8);
        }
    }

    /** The members of an object as JSON, and those that are texts as such. */
    private static final class Members {
        final Map<String, String> values = new LinkedHashMap<>();
        final Map<String, String> texts = new LinkedHashMap<>();

        /** Null when the text is not one JSON object. */
        static @Nullable Members of(String text) {
            byte[] json = text.getBytes(StandardCharsets.UTF_8);
            Members members = new Members();
            try (JsonParser parser = Json.fromServer(json)) {
                if (parser.nextToken() != JsonToken.START_OBJECT) return null;
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) members.read(parser, json);
                return parser.nextToken() == null ? members : null;
            } catch (JacksonException e) {
                return null;
            }
        }

        private void read(JsonParser parser, byte[] json) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING) {
                String text = parser.getString();
                texts.put(name, text);
                values.put(
                        name,
                        new String(new JsonBytes(text.length() + 2).string(text).done(), StandardCharsets.UTF_8));
            } else if (value.isStructStart()) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                int to = (int) parser.currentLocation().getByteOffset();
                values.put(name, new String(json, from, to - from, StandardCharsets.UTF_8));
            } else {
                values.put(name, parser.getString());
            }
        }
    }
}
