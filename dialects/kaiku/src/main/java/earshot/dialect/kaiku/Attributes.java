package earshot.dialect.kaiku;

import earshot.core.message.Profile;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What a profile of this dialect says beside name and picture; see {@link KaikuUser#profile}. */
final class Attributes {
    private Attributes() {}

    /** A member that is a string; empty when there is none, and in profiles of other dialects. */
    static String text(Profile profile, String name) {
        if (!profile.user().realm().equals(KaikuDialect.NAME)
                || profile.attributes().length() < 3) return "";
        try (JsonParser parser = Json.parser(profile.attributes())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = parser.currentName().equals(name);
                if (parser.nextToken() == JsonToken.VALUE_STRING && wanted) return parser.getString();
                parser.skipChildren();
            }
        } catch (JacksonException e) {
            return "";
        }
        return "";
    }
}
