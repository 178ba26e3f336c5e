package earshot.dialect.threadkit;

import earshot.dialect.JsonBytes;
import earshot.dialect.WireUuid;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A site as the product's HTTP server keeps it: the whole configuration, of which a key's memory is an excerpt. What is unreadable is no site.
 *
 * @param settings as they were written, byte for byte: the HTTP server reads them back
 */
record SiteRecord(Site site, String keyType, byte[] settings) {
    static final String REMEMBERED_KEY = "apikey:";

    /** The newer names first, and those of the seed's time. */
    private static final List<String> PUBLIC = List.of("project_id_public", "api_key_public");

    private static final List<String> SECRET = List.of("project_id_secret", "api_key_secret");
    private static final byte[] NO_SETTINGS = "{}".getBytes(StandardCharsets.US_ASCII);

    /** Reads {@code {"site_id":…,"key_type":…,"settings":{…},"domain":…}}. */
    static Optional<Site> remembered(String text) {
        Members members = Members.of(text);
        return members == null
                ? Optional.empty()
                : siteId(members.texts.getOrDefault("site_id", "")).map(id -> members.site(UUID.fromString(id)));
    }

    /** An id in its one spelling; empty when it is none. */
    static Optional<String> siteId(String text) {
        UUID id = WireUuid.parse(text.strip());
        return id == null ? Optional.empty() : Optional.of(id.toString());
    }

    /** Reads a site's configuration. Empty also when it has other keys than this one: the index of a key that was replaced may still be there. */
    static Optional<SiteRecord> configured(String site, String key, String text) {
        Members members = Members.of(text);
        if (members == null) return Optional.empty();
        boolean isPublic = members.has(PUBLIC, key);
        boolean isSecret = members.has(SECRET, key);
        boolean hasKeys = members.hasAny(PUBLIC) || members.hasAny(SECRET);
        if (hasKeys && !isPublic && !isSecret) return Optional.empty();
        String type = isSecret || (!hasKeys && key.startsWith("tk_sec_")) ? "secret" : "public";
        return Optional.of(new SiteRecord(members.site(UUID.fromString(site)), type, members.settings));
    }

    /** What the HTTP server would remember of a key. */
    String toRemember() {
        byte[] json = new JsonBytes(settings.length + 200)
                .raw("{\"site_id\":")
                .id(site.id())
                .raw(",\"key_type\":\"")
                .raw(keyType)
                .raw("\",\"settings\":")
                .raw(settings)
                .raw(",\"domain\":")
                .string(site.domain())
                .raw("}")
                .done();
        return new String(json, StandardCharsets.UTF_8);
    }

    /** The texts of an object, and its settings as they stand. */
    private static final class Members {
        final Map<String, String> texts = new HashMap<>();
        byte[] settings = NO_SETTINGS;

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
                texts.put(name, parser.getString());
            } else if (value == JsonToken.START_OBJECT && name.equals("settings")) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                settings = Arrays.copyOfRange(
                        json, from, (int) parser.currentLocation().getByteOffset());
            } else {
                parser.skipChildren();
            }
        }

        boolean has(List<String> names, String key) {
            return names.stream().anyMatch(name -> key.equals(texts.get(name)));
        }

        boolean hasAny(List<String> names) {
            return names.stream().anyMatch(texts::containsKey);
        }

        Site site(UUID id) {
            return new Site(id, texts.getOrDefault("domain", ""), List.of());
        }
    }
}
