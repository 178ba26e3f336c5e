package earshot.server.api;

import earshot.dialect.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.ObjectMapper;

/** The document that describes the server API, as YAML and as JSON. */
final class OpenApi {
    private static final String RESOURCE = "/openapi.yaml";

    private OpenApi() {}

    static List<Operation> operations() {
        return List.of(
                new Operation(
                        "openApiYaml",
                        "GET",
                        "/v1/openapi.yaml",
                        null,
                        _ -> ServerApi.done(HttpResponse.of(200, "application/yaml", yaml()))),
                new Operation(
                        "openApiJson",
                        "GET",
                        "/v1/openapi.json",
                        null,
                        _ -> ServerApi.done(HttpResponse.json(200, json()))));
    }

    static String yaml() {
        try (InputStream in = Objects.requireNonNull(OpenApi.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String json() {
        Object document = new Load(LoadSettings.builder().build()).loadFromString(yaml());
        return new ObjectMapper().writeValueAsString(document);
    }
}
