package earshot.bench.load;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The dialects that a load can be spoken in. */
final class Speakers {
    static final List<String> NAMES = List.of("waddle", "threadkit", "raw");

    private Speakers() {}

    /** Throws {@link IOException} with a sentence when the dialect needs what neither the plan nor the server tells. */
    static Speaker of(LoadPlan.Target target, Names names, Credentials credentials) throws IOException {
        return switch (target.dialect()) {
            case "waddle" -> new WaddleSpeaker(names, credentials);
            case "threadkit" -> new ThreadkitSpeaker(names, site(target), credentials);
            case "raw" -> new RawSpeaker(names, target, credentials);
            default -> throw new IOException("there is no dialect " + target.dialect());
        };
    }

    /** {@code /ws?project_id=KEY&site_id=UUID}; without a site's id its readers are anonymous. */
    private static ThreadkitSpeaker.Site site(LoadPlan.Target target) throws IOException {
        URI given = URI.create(target.path().isEmpty() ? "/ws" : target.path());
        String key = parameter(given, "project_id");
        if (key == null)
            throw new IOException("threadkit needs a site's key: --path '/ws?project_id=KEY&site_id=UUID'");
        return new ThreadkitSpeaker.Site(given.getPath(), key, parameter(given, "site_id"));
    }

    private static @Nullable String parameter(URI given, String name) {
        String query = given.getRawQuery() == null ? "" : given.getRawQuery();
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) return pair.substring(name.length() + 1);
        }
        return null;
    }
}
