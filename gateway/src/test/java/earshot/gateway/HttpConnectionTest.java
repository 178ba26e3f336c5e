package earshot.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import earshot.dialect.HttpRequest;
import earshot.dialect.HttpResponse;
import earshot.dialect.HttpRoute;
import earshot.gateway.testkit.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectionTest {
    static TestGateway gateway;
    static final ConcurrentLinkedQueue<CompletableFuture<HttpResponse>> later = new ConcurrentLinkedQueue<>();

    private static HttpRoute route(String method, String path, int maxBody, Function<HttpRequest, String> answer) {
        return new HttpRoute(
                method,
                path,
                maxBody,
                request -> CompletableFuture.completedStage(HttpResponse.text(200, answer.apply(request))));
    }

    @BeforeAll
    static void start() {
        var config = TestGateway.CONFIG
                .with(TestGateway.CONFIG
                        .network()
                        .trusting(TrustedProxies.of(List.of("127.0.0.1", "10.0.0.1")), ForwardedHeader.X_FORWARDED_FOR))
                .with(GatewayConfig.Http.DEFAULT.times(
                        Duration.ofMillis(900),
                        Duration.ofMillis(900),
                        Duration.ofMillis(600),
                        Duration.ofMillis(600)));
        gateway = new TestGateway(
                config,
                List.of(new TestDialect()),
                List.of(
                        route(
                                "GET",
                                "/hello",
                                0,
                                r -> "hello " + r.queryParam("name").orElse("")),
                        route("POST", "/echo-body", 1000, r -> new String(r.body(), StandardCharsets.UTF_8)),
                        route("*", "/files/*", 0, r -> "files " + r.path()),
                        route("GET", "/files/deep/*", 0, _ -> "deep"),
                        route("GET", "/files/exact", 0, _ -> "exact"),
                        route("GET", "/who", 0, r -> r.remote() + " " + r.loopback()),
                        new HttpRoute(
                                "*",
                                "/own/*",
                                8,
                                _ -> CompletableFuture.completedStage(HttpResponse.text(200, "own")),
                                status -> HttpResponse.json(status, "own " + status)),
                        route("GET", "/b\u00e4r", 0, _ -> "bear"),
                        route("GET", "/*", 0, r -> r.path().equals("/nothing") ? "page" : "page " + r.path()),
                        new HttpRoute("GET", "/later", 0, _ -> {
                            var answer = new CompletableFuture<HttpResponse>();
                            later.add(answer);
                            return answer;
                        }),
                        new HttpRoute(
                                "GET",
                                "/async",
                                0,
                                _ -> CompletableFuture.supplyAsync(() -> HttpResponse.text(200, "async"))),
                        new HttpRoute("GET", "/throws", 0, _ -> {
                            throw new IllegalStateException("secret");
                        }),
                        new HttpRoute(
                                "GET",
                                "/fails",
                                0,
                                _ -> CompletableFuture.failedStage(new IllegalStateException("secret"))),
                        new HttpRoute(
                                "GET",
                                "/splits",
                                0,
                                _ -> CompletableFuture.completedStage(
                                        HttpResponse.text(200, "x").with("x-evil", "a\r\nset-cookie: b")))));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawHttp connect() throws IOException {
        return new RawHttp(gateway.address);
    }

    @ParameterizedTest
    @CsvSource({
        "/hello?name=a%20b+c,hello a b c",
        "/files/exact,exact",
        "/files/deep/x,deep",
        "/files/x/y,files /files/x/y",
        "/files/a%2Fb,files /files/a/b",
        "//hello,hello ",
        "http://any/hello,hello ",
        "/b%C3%A4r,bear",
        "/files/a+b,files /files/a+b"
    })
    void get_findsItsRoute(String target, String body) throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer = http.get(target);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().trim()).isEqualTo(body.trim());
            assertThat(answer.header("date")).endsWith("GMT");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hel%lo", "/%", "/a%2", "/%ff", "/%00", "hello", "/a#b", "/%c0%af"})
    void malformedTarget_is400(String target) throws IOException {
        try (var http = connect()) {
            assertThat(http.get(target).status()).isEqualTo(400);
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void connection_isKept_andAnswersInOrder() throws IOException {
        try (var http = connect()) {
            http.send("""
                    GET /async HTTP/1.1
                    Host: t

                    GET /hello?name=2 HTTP/1.1
                    Host: t

                    POST /echo-body HTTP/1.1
                    Host: t
                    Content-Length: 1

                    3GET /nothing HTTP/1.1
                    Host: t

                    """);
            assertThat(http.answer().body()).isEqualTo("async");
            assertThat(http.answer().body()).isEqualTo("hello 2");
            assertThat(http.answer().body()).isEqualTo("3");
            assertThat(http.answer().body()).isEqualTo("page");
            assertThat(http.get("/hello").status()).isEqualTo(200);
        }
    }

    @Test
    void manyPipelinedRequests_areAllAnswered() throws IOException {
        try (var http = connect()) {
            http.send("GET /async HTTP/1.1\nHost: t\n\n".repeat(500));
            for (int i = 0; i < 500; i++) assertThat(http.answer().body()).isEqualTo("async");
        }
    }

    @Test
    void head_isLikeGet_withoutTheBody() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer =
                    http.send("HEAD /hello HTTP/1.1\nHost: t\n\n").answer(true);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-length")).isEqualTo("6");
            assertThat(http.get("/hello").body()).isEqualTo("hello ");
        }
    }

    @Test
    void options_tellsWhatIsAllowed() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer =
                    http.send("OPTIONS /hello HTTP/1.1\nHost: t\n\n").answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
        }
    }

    @Test
    void unknownPath_whereOnlyPagesAnswer_is404ForOtherMethods() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer =
                    http.send("POST /nothing HTTP/1.1\nHost: t\n\n").answer();
            assertThat(answer.status()).isEqualTo(404);
        }
    }

    @Test
    void wrongMethod_is405_withAllow() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer =
                    http.send("DELETE /echo-body HTTP/1.1\nHost: t\n\n").answer();
            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).isEqualTo("OPTIONS, POST");
        }
    }

    @Test
    void pathOfADialect_withoutAnUpgrade_is426() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer = http.get("/plain");
            assertThat(answer.status()).isEqualTo(426);
            assertThat(answer.header("upgrade")).isEqualTo("websocket");
            assertThat(http.get("/echo").status()).isEqualTo(426);
            http.send("POST /plain HTTP/1.1\nHost: t\nContent-Length: 0\n\n");
            RawHttp.Answer posted = http.answer();
            assertThat(posted.status()).isEqualTo(405);
            assertThat(posted.header("allow")).isEqualTo("GET");
        }
    }

    @ParameterizedTest
    @CsvSource({"/own/x,413,9", "/own/%zz,400,0", "/echo-body,413,2000"})
    void refusalOfTheGateway_isInTheWordsOfTheRoute(String path, int status, int bodyBytes) throws IOException {
        try (var http = connect()) {
            http.send("POST " + path + " HTTP/1.1\nHost: t\nContent-Length: " + bodyBytes + "\n\n");
            RawHttp.Answer answer = http.answer();
            assertThat(answer.status()).isEqualTo(status);
            if (path.startsWith("/own")) assertThat(answer.body()).isEqualTo("own " + status);
            else assertThat(answer.header("content-type")).startsWith("text/plain");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/throws", "/fails"})
    void faultyRoute_is500_andTellsNothing(String path) throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer = http.get(path);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("Internal error");
            assertThat(http.get("/hello").status()).isEqualTo(200);
        }
    }

    @Test
    void headerWithALineBreak_isLeftOut() throws IOException {
        try (var http = connect()) {
            assertThat(http.get("/splits").headers()).doesNotContainKeys("x-evil", "set-cookie");
        }
    }

    @Test
    void chunkedBody_isPutTogether() throws IOException {
        try (var http = connect()) {
            http.send("POST /echo-body HTTP/1.1\nHost: t\nTransfer-Encoding: chunked\n\n3\nabc\n4;x=y\ndefg\n0\n\n");
            assertThat(http.answer().body()).isEqualTo("abcdefg");
            assertThat(http.get("/hello").status()).isEqualTo(200);
        }
    }

    @Test
    void expectContinue_isAnswered_beforeTheBody() throws IOException {
        try (var http = connect()) {
            http.send("POST /echo-body HTTP/1.1\nHost: t\nContent-Length: 2\nExpect: 100-continue\n\n");
            assertThat(http.answer().status()).isEqualTo(100);
            assertThat(http.send("ok").answer().body()).isEqualTo("ok");
        }
    }

    @Test
    void expectContinue_ofTooMuch_is413_atOnce() throws IOException {
        try (var http = connect()) {
            http.send("POST /echo-body HTTP/1.1\nHost: t\nContent-Length: 1001\nExpect: 100-continue\n\n");
            assertThat(http.answer().status()).isEqualTo(413);
        }
    }

    /** Each is refused and ends the connection: the bytes behind it must never be taken for a request. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: 1001\\n\\n|413",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: 3\\nTransfer-Encoding: chunked\\n\\n0\\n\\n|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: 3\\nContent-Length: 4\\n\\nabc|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: 3, 3\\n\\nabc|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: +3\\n\\nabc|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: -1\\n\\nabc|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nContent-Length: 99999999999999999999\\n\\nabc|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nTransfer-Encoding: xchunked\\n\\n0\\n\\n|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nTransfer-Encoding: gzip, chunked\\n\\n0\\n\\n|501",
                "POST /echo-body HTTP/1.1\\nHost: t\\nTransfer-Encoding : chunked\\n\\n0\\n\\n|400",
                "POST /echo-body HTTP/1.0\\nHost: t\\nTransfer-Encoding: chunked\\n\\n0\\n\\n|400",
                "POST /echo-body HTTP/1.1\\nHost: t\\nTransfer-Encoding: chunked\\n\\nzz\\nabc\\n0\\n\\n|400",
                "GET /hello HTTP/1.1\\n\\n|400",
                "GET /hello HTTP/1.1\\nHost: a\\nHost: b\\n\\n|400",
                "GET /hello HTTP/2.0\\nHost: t\\n\\n|505",
                "GET /hello HTTP/1.1\\nHost: t\\nExpect: tea\\n\\n|417",
                "GET /hello HTTP/1.1\\nHost: t\\nBad Name: x\\n\\n|400",
                "nonsense\\n\\n|400"
            })
    void brokenRequest_isRefused_andEndsTheConnection(String request, int status) throws IOException {
        try (var http = connect()) {
            http.send(request.replace("\\n", "\n") + "GET /hello HTTP/1.1\nHost: t\n\n");
            assertThat(http.answer().status()).isEqualTo(status);
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void chunksOverTheLimit_are413() throws IOException {
        try (var http = connect()) {
            http.send("POST /echo-body HTTP/1.1\nHost: t\nTransfer-Encoding: chunked\n\n3e8\n" + "x".repeat(1000)
                    + "\n1\ny\n0\n\n");
            assertThat(http.answer().status()).isEqualTo(413);
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void longLine_is414_longHeaders_are431() throws IOException {
        try (var http = connect()) {
            assertThat(http.get("/" + "a".repeat(9000)).status()).isEqualTo(414);
        }
        try (var http = connect()) {
            http.send("GET /hello HTTP/1.1\nHost: t\nX: " + "a".repeat(17_000) + "\n\n");
            assertThat(http.answer().status()).isEqualTo(431);
        }
        try (var http = connect()) {
            http.send("GET /hello HTTP/1.1\nHost: t\n" + "a: b\n".repeat(101) + "\n");
            assertThat(http.answer().status()).isEqualTo(431);
        }
    }

    @Test
    void connectionClose_isObeyed() throws IOException {
        try (var http = connect()) {
            RawHttp.Answer answer = http.send("GET /hello HTTP/1.1\nHost: t\nConnection: close\n\n")
                    .answer();
            assertThat(answer.header("connection")).isEqualTo("close");
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void clientThatShutsItsSide_isStillAnswered() throws IOException {
        try (var http = connect()) {
            http.send("GET /async HTTP/1.1\nHost: t\n\n").socket().shutdownOutput();
            assertThat(http.answer().body()).isEqualTo("async");
            // Not only when the time for the next request is over: no request can follow.
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void clientThatShutsItsSide_behindSeveralRequests_isAnsweredToTheLast() throws IOException {
        try (var http = connect()) {
            String request = "GET /async HTTP/1.1\nHost: t\n\n";
            http.send(request + request + request + "GET /async HT").socket().shutdownOutput();
            for (int i = 0; i < 3; i++) assertThat(http.answer().body()).isEqualTo("async");
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void forwardedFor_ofATrustedProxy_isTheFirstUntrustedFromTheRight() throws IOException {
        try (var http = connect()) {
            assertThat(http.get("/who").body()).isEqualTo("127.0.0.1 true");
            http.send("GET /who HTTP/1.1\nHost: t\nX-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.0.0.1\n\n");
            assertThat(http.answer().body()).isEqualTo("203.0.113.9 false");
        }
    }

    @Test
    void slowHead_is408() throws IOException {
        try (var http = connect()) {
            assertThat(http.send("GET /hello HTTP/1.1\n").answer().status()).isEqualTo(408);
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void slowBody_is408() throws IOException {
        try (var http = connect()) {
            http.send("POST /echo-body HTTP/1.1\nHost: t\nContent-Length: 2\n\n1");
            assertThat(http.answer().status()).isEqualTo(408);
        }
    }

    @Test
    void silentConnection_isClosed() throws IOException {
        try (var http = connect()) {
            assertThat(http.isEnded()).isTrue();
        }
        try (var http = connect()) {
            assertThat(http.get("/hello").status()).isEqualTo(200);
            assertThat(http.isEnded()).isTrue();
        }
    }

    @Test
    void routeThatNeverAnswers_is503() throws IOException {
        try (var http = connect()) {
            assertThat(http.get("/later").status()).isEqualTo(503);
            CompletableFuture<HttpResponse> late = later.remove();
            late.complete(HttpResponse.text(200, "late"));
            assertThat(http.isEnded()).isTrue();
        }
    }
}
