# Earshot in a container:
#   docker build -t earshot/websocket-server .
#   docker run -p 9001:9001 -v earshot:/data --env-file .env earshot/websocket-server
# The image without Docker, by Jib: scripts/image (docs/operating.md, "In containers").

FROM maven:3-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 scripts/mvn -B -q -pl server -am package -DskipTests -Dearshot.test.compile.skip=true

FROM eclipse-temurin:25-jre
RUN groupadd --gid 1001 earshot && useradd --uid 1001 --gid 1001 --no-create-home --shell /usr/sbin/nologin earshot \
    && install -d -o earshot -g earshot /data
COPY --from=build /src/server/target/earshot /opt/earshot
WORKDIR /opt/earshot
# A recording of a start, with this very JVM, for all starts to come; without it they only take longer.
RUN java @jvm.options -XX:AOTCacheOutput=earshot.aot -cp lib/earshot-server.jar earshot.server.Main rehearse > /dev/null || rm -f earshot.aot

USER 1001:1001
VOLUME /data
EXPOSE 9001
ENV EARSHOT_HISTORY_DATA=/data
STOPSIGNAL SIGTERM
# Java takes SIGTERM itself and starts no children: no init process is needed.
ENTRYPOINT ["java", "@/opt/earshot/jvm.options", "-XX:AOTCache=/opt/earshot/earshot.aot", "-cp", "/opt/earshot/lib/earshot-server.jar", "earshot.server.Main"]
CMD ["serve", "--production", "--host", "0.0.0.0", "--log", "json"]
HEALTHCHECK --interval=30s --timeout=10s --start-period=40s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", "/opt/earshot/lib/earshot-server.jar", "earshot.server.Main", "health", "--live"]
