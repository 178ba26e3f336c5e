package earshot.core.telemetry;

import java.util.List;

/**
 * Every number that Earshot counts, with its Prometheus name and a sentence. Where seed 002 has a name for a number, that is its name
 * ({@code websocket_…}, DECISIONS 7); everything else is {@code earshot_…}. Counters end in {@code _total}; durations are exported in
 * seconds, or in milliseconds where the name ends in {@code _ms}.
 */
public enum Metric {
    CONNECTIONS_ACTIVE(Kind.GAUGE, "websocket_active_connections", "Sessions connected now.", "dialect", "tenant"),
    CONNECTIONS_TOTAL(
            Kind.COUNTER, "websocket_connections_total", "Sessions that were ever opened.", "dialect", "tenant"),
    MESSAGES_RECEIVED(Kind.COUNTER, "websocket_messages_received_total", "Messages taken from clients.", "dialect"),
    MESSAGES_SENT(Kind.COUNTER, "websocket_messages_sent_total", "Sends that were accepted.", "dialect"),
    ROOMS_ACTIVE(Kind.GAUGE, "websocket_active_rooms", "Rooms with members on this node.", "realm"),
    ROOM_SUBSCRIPTIONS(
            Kind.GAUGE, "websocket_room_subscriptions", "Memberships: sessions in rooms, counted per room.", "realm"),
    DELIVERIES(
            Kind.COUNTER,
            "earshot_deliveries_total",
            "Frames handed to sockets for room members and single sessions.",
            "dialect"),
    EVENTS(Kind.COUNTER, "earshot_events_total", "Events told to rooms, by lane.", "lane"),
    REFUSALS(Kind.COUNTER, "websocket_errors_total", "Commands refused, by problem code.", "code"),
    HANDSHAKES_REFUSED(
            Kind.COUNTER, "earshot_handshakes_refused_total", "Upgrades refused, by HTTP status.", "dialect", "status"),
    CONNECTIONS_REFUSED(
            Kind.COUNTER,
            "earshot_connections_refused_total",
            "Sockets over the connection cap: upgrades on them are refused, past the reserve they are closed at once."),
    ACCEPT_PAUSES(
            Kind.COUNTER,
            "earshot_accept_pauses_total",
            "Times accepting paused because the system had no descriptor left."),
    TLS_HANDSHAKES(
            Kind.COUNTER,
            "earshot_tls_handshakes_total",
            "TLS handshakes by outcome: done, failed, late (time limit), refused (too many wait), plain (no TLS at all).",
            "outcome"),
    TLS_EXPIRY(
            Kind.GAUGE,
            "earshot_tls_certificate_expiry_timestamp_seconds",
            "When the certificate in use expires, in seconds since 1970."),
    TLS_RELOADS(
            Kind.COUNTER,
            "earshot_tls_reloads_total",
            "Times the certificate files had changed: taken, or refused because they cannot be used.",
            "outcome"),
    PROXY_REFUSED(
            Kind.COUNTER,
            "earshot_proxy_headers_refused_total",
            "Connections closed for their PROXY header: untrusted, malformed, late.",
            "reason"),
    FORWARDED_IGNORED(
            Kind.COUNTER,
            "earshot_forwarded_ignored_total",
            "Forwarding headers of trusted proxies with a hop that is no address."),
    CONNECTION_DURATION(
            Kind.HISTOGRAM,
            "websocket_connection_duration_seconds",
            "How long connections of summit lasted, from being known to their end."),
    MESSAGES_PERSISTED(
            Kind.COUNTER,
            "websocket_messages_persisted_total",
            "Persistent messages of summit that were stored.",
            "tenant"),
    ROOM_JOINS(Kind.COUNTER, "websocket_room_joins_total", "Joins of rooms by summit's connections.", "tenant"),
    ROOM_LEAVES(Kind.COUNTER, "websocket_room_leaves_total", "Leaves that summit's clients asked for.", "tenant"),
    PRESENCE_UPDATES(
            Kind.COUNTER,
            "websocket_presence_updates_total",
            "Statuses that summit's clients chose.",
            "tenant",
            "status"),
    ACTIVE_PRESENCE(
            Kind.GAUGE,
            "websocket_active_presence",
            "Connections of summit by the status that their user chose.",
            "tenant",
            "status"),
    AUTHORIZATIONS(
            Kind.COUNTER,
            "earshot_authorizations_total",
            "Questions to the product who may be in a room, by what it said: allowed, denied, or why nobody was let in (failed, odd_answer, too_many).",
            "outcome"),
    RECOVERIES(
            Kind.COUNTER,
            "earshot_recoveries_total",
            "Connections that came back with what a lost one had been given: recovered, or why they began anew (unknown, doubt, rooms, other_user,"
                    + " offset, failed).",
            "outcome"),
    ROOM_FULL(Kind.COUNTER, "earshot_room_full_total", "Refusals for a full room.", "realm"),
    CLOSES(Kind.COUNTER, "websocket_disconnections_total", "Sessions ended, by reason.", "dialect", "reason"),
    DROPS(
            Kind.COUNTER,
            "websocket_messages_dropped_total",
            "Events not written to a slow reader, by lane and why.",
            "lane",
            "reason"),
    LAGGING(
            Kind.GAUGE,
            "earshot_sessions_lagging",
            "Sessions that are served from rings because their socket is full."),
    BYTES_RECEIVED(
            Kind.COUNTER, "earshot_received_bytes_total", "Payload bytes of messages taken from clients.", "dialect"),
    BYTES_SENT(
            Kind.COUNTER,
            "earshot_sent_bytes_total",
            "Bytes of frames handed to sockets, as earshot_deliveries_total counts them.",
            "dialect"),
    BUDGET_BYTES(Kind.GAUGE, "earshot_budget_bytes", "Inbound and outbound bytes held for clients on this node."),
    RING_BYTES(Kind.GAUGE, "earshot_ring_bytes", "Of these, bytes in rings of rooms."),
    LOOP_REFUSED(Kind.COUNTER, "earshot_loop_refused_total", "Wishes refused because a loop had too many waiting."),
    LOOP_LAG_NOW(Kind.GAUGE, "websocket_event_loop_lag_ms", "The worst loop's lag at the last look, in milliseconds."),
    LOOP_LAG(Kind.HISTOGRAM, "earshot_loop_lag_seconds", "How late a loop runs what was due."),
    APPEND_LATENCY(Kind.HISTOGRAM, "earshot_append_seconds", "From a room's append to the log's answer."),
    DELIVERY_LATENCY(
            Kind.HISTOGRAM,
            "websocket_message_latency_ms",
            "From taking a message to the end of its fan-out on its room's loop."),
    FANOUT(
            Kind.HISTOGRAM,
            "earshot_fanout_seconds",
            "From a room's first event of a turn until all its members on one loop were written to."),
    APPENDS_FAILED(
            Kind.COUNTER, "earshot_appends_failed_total", "Appends that the log did not answer or refused.", "code"),
    GAPS(Kind.COUNTER, "earshot_gaps_total", "Times a room found entries missing and read the log."),
    PRODUCT_EVENTS(
            Kind.COUNTER,
            "earshot_product_events_total",
            "Events heard on a product's own channels, by what became of them: told, not_here, full, too_large, malformed, or why they were refused; and those of this node on them: said,"
                    + " ours (heard again).",
            "outcome"),
    RELAY_DROPPED(
            Kind.COUNTER,
            "earshot_relay_dropped_total",
            "Events between nodes that did not arrive, by lane and why: queue, loop, clock, unexpected.",
            "lane",
            "reason"),
    RELAY_EVENTS(
            Kind.COUNTER,
            "earshot_relay_events_total",
            "Events told to other nodes (out) and by them (in).",
            "direction"),
    RELAY_GAPS(
            Kind.COUNTER,
            "earshot_relay_gaps_total",
            "Times a room noticed that something from another node was lost, and asked for the latest values."),
    RELAY_MALFORMED(
            Kind.COUNTER, "earshot_relay_malformed_total", "Messages from other nodes that were not understood."),
    RELAY_LATE(
            Kind.COUNTER,
            "earshot_relay_late_total",
            "Times a room opened without the latest values of other nodes, which did not come in time."),
    TYPING(Kind.COUNTER, "earshot_typing_total", "Typing commands by what became of them.", "outcome"),
    PRESENCE_JOINS(Kind.COUNTER, "earshot_presence_joins_total", "Users who joined a room."),
    PRESENCE_LEAVES(Kind.COUNTER, "earshot_presence_leaves_total", "Users who left a room."),
    PRESENCE_LINGERED(Kind.COUNTER, "earshot_presence_returns_total", "Quick returns that made no leave and no join."),
    PRESENCE_BYTES(Kind.COUNTER, "earshot_presence_bytes_total", "Bytes of presence changes sent to the other nodes."),
    PRESENCE_READINGS(Kind.COUNTER, "earshot_presence_readings_total", "Times a room's presence was read as a whole."),
    PRESENCE_UNSURE(
            Kind.COUNTER,
            "earshot_presence_unsure_total",
            "Times a room could not trust what it knew of other nodes' presence, and why: follow is the first time.",
            "why"),
    NODES_ALIVE(Kind.GAUGE, "earshot_nodes", "Nodes alive, as of this node's last heartbeat."),
    CLUSTER_NODES(
            Kind.GAUGE, "websocket_cluster_nodes", "The same, by the name that dashboards of seed 002 have for it."),
    NODES_SWEPT(
            Kind.COUNTER, "earshot_nodes_swept_total", "Nodes that were given up and cleaned up after by this one."),
    INCARNATIONS_LOST(
            Kind.COUNTER,
            "earshot_incarnations_lost_total",
            "Times this node was given up by the others though it lived, and went on as another."),
    LEASES_HELD(Kind.GAUGE, "earshot_leases", "Leases that this node has."),
    LEASES_LOST(
            Kind.COUNTER, "earshot_leases_lost_total", "Leases that this node lost though it did not release them."),
    VOICE_ENGINE_UP(Kind.GAUGE, "earshot_voice_engine_up", "Whether the media engine takes participants: 1 yes, 0 no."),
    VOICE_ROOMS(Kind.GAUGE, "earshot_voice_rooms", "Voice rooms with participants on this node."),
    VOICE_PARTICIPANTS(Kind.GAUGE, "earshot_voice_participants", "Participants of voice rooms on this node."),
    VOICE_JOINS(
            Kind.COUNTER,
            "earshot_voice_joins_total",
            "Joins of voice rooms by what became of them: joined, or why they were refused.",
            "outcome"),
    VOICE_JOIN(Kind.HISTOGRAM, "earshot_voice_join_seconds", "From the wish to join to the media engine's offer."),
    VOICE_REOFFERS(
            Kind.COUNTER,
            "earshot_voice_reoffers_total",
            "Offers beyond the first, to participants whose media connection or engine was lost."),
    VOICE_ENDS(
            Kind.COUNTER,
            "earshot_voice_ends_total",
            "Participants and joins that ended, by why: left, lost (their session), replaced, removed, hung_up, unanswered, unreachable, engine_away.",
            "why"),
    VOICE_REQUESTS_FAILED(
            Kind.COUNTER,
            "earshot_voice_requests_failed_total",
            "Requests that the media engine refused (by its code) or did not answer (late).",
            "code"),
    RATE_LIMITED(Kind.COUNTER, "websocket_rate_limit_hits_total", "Messages refused for their rate.", "dialect"),
    BAD_MESSAGES(Kind.COUNTER, "earshot_bad_messages_total", "Messages that were not understood.", "dialect"),
    FAULTS(
            Kind.COUNTER,
            "earshot_faults_total",
            "Exceptions caught where a thread's work begins: each is a bug.",
            "where"),
    DEFLATE_MESSAGES(
            Kind.COUNTER,
            "earshot_deflate_messages_total",
            "Messages packed once for all who hear them (out), or unpacked (in).",
            "direction"),
    DEFLATE_PLAIN_BYTES(
            Kind.COUNTER, "earshot_deflate_plain_bytes_total", "Their payload before packing.", "direction"),
    DEFLATE_WIRE_BYTES(Kind.COUNTER, "earshot_deflate_wire_bytes_total", "Their payload when packed.", "direction"),
    INFLATE_REFUSED(
            Kind.COUNTER,
            "earshot_inflate_refused_total",
            "Packed messages that ended their connection: too big, too good a ratio, or broken data.",
            "reason"),
    PINGS(Kind.COUNTER, "earshot_pings_total", "WebSocket pings sent."),
    ENGINE_HANDSHAKES(
            Kind.COUNTER, "earshot_engine_sessions_total", "Sessions of Engine.IO by how they began.", "transport"),
    ENGINE_POLLING(Kind.GAUGE, "earshot_engine_polling", "Sessions of Engine.IO that poll now."),
    ENGINE_WAITING(Kind.GAUGE, "earshot_engine_polls_waiting", "Polls that wait until there is something to say."),
    ENGINE_RELAYED(
            Kind.COUNTER,
            "earshot_engine_relayed_total",
            "Polls passed on to the node where their session lives.",
            "outcome"),
    ENGINE_UPGRADES(
            Kind.COUNTER, "earshot_engine_upgrades_total", "Sessions that polled and went on over a WebSocket."),
    DEAD_PEERS(Kind.COUNTER, "earshot_dead_peers_total", "Connections cut because a ping got no answer."),
    AUTH_FAILURES(
            Kind.COUNTER, "websocket_auth_failures_total", "Tokens and keys refused, by reason.", "dialect", "reason"),
    SQL_COMMITS(Kind.COUNTER, "earshot_sql_commits_total", "Transactions committed by the writer."),
    SQL_ROWS(Kind.COUNTER, "earshot_sql_rows_total", "Entries written."),
    SQL_COMMIT(Kind.HISTOGRAM, "earshot_sql_commit_seconds", "Time of one group commit."),
    SQL_WAL_BYTES(Kind.GAUGE, "earshot_sql_wal_bytes", "Size of the write-ahead log at the last look."),
    SQL_QUEUE(Kind.GAUGE, "earshot_sql_queue", "Drafts waiting for the writer."),
    SQL_READS_FAILED(Kind.COUNTER, "earshot_sql_reads_failed_total", "Reads that the database failed.", "code"),
    SQL_MEMBERS_DROPPED(
            Kind.COUNTER,
            "earshot_sql_members_dropped_total",
            "Members' comings and goings that were not written down: after a crash a join is heard twice for each."),
    REDIS_ASKED(
            Kind.COUNTER,
            "earshot_redis_asked_total",
            "What was asked of Redis before flushes joined it: read (asked once for all who ask the same) and write.",
            "kind"),
    REDIS_ROUND_TRIPS(
            Kind.COUNTER, "earshot_redis_round_trips_total", "Flushes to Redis, each one write and one round trip."),
    REDIS_COMMANDS(
            Kind.COUNTER,
            "earshot_redis_commands_total",
            "Commands in them: by this, commands per round trip is the batch size."),
    REDIS_WAIT(
            Kind.HISTOGRAM,
            "earshot_redis_wait_seconds",
            "How long the first command of a flush had waited for it to start."),
    REDIS_FLUSH(Kind.HISTOGRAM, "earshot_redis_flush_seconds", "From the start of a flush to its last answer."),
    REDIS_LATENCY(
            Kind.HISTOGRAM,
            "websocket_redis_latency_ms",
            "The same in milliseconds, by the name that dashboards of seed 002 have for it."),
    REDIS_REFUSED(
            Kind.COUNTER,
            "earshot_redis_refused_total",
            "Commands that were never sent: queue_full, late (waited too long), disconnected.",
            "reason"),
    REDIS_HELD(
            Kind.GAUGE,
            "earshot_redis_held_messages",
            "Messages that wait to be sent to Redis, where redis.wait lets them wait for it to be back."),
    REDIS_WAITED(
            Kind.COUNTER,
            "earshot_redis_waited_messages_total",
            "Messages that were sent to Redis after a wait of more than redis.timeout, because it was away (redis.wait)."),
    REDIS_AGAIN(
            Kind.COUNTER,
            "earshot_redis_again_total",
            "Commands sent again because Redis did not do them: slot moved, loading, script unknown."),
    REDIS_CONNECTIONS(Kind.GAUGE, "earshot_redis_connections", "Connections to Redis that take commands now."),
    REDIS_LOST(Kind.COUNTER, "earshot_redis_connections_lost_total", "Connections to Redis that ended unasked."),
    REDIS_CHANNELS(Kind.GAUGE, "earshot_redis_channels", "Channels and patterns that this node listens to."),
    REDIS_GAPS(
            Kind.COUNTER,
            "earshot_redis_feed_gaps_total",
            "Times a channel may have missed messages and its listeners were told to look: a subscription that came back."),
    REDIS_FEED_LAG(
            Kind.HISTOGRAM,
            "earshot_redis_feed_lag_seconds",
            "From publishing to receiving: this node's own messages, measured by one clock."),
    ARCHIVED(
            Kind.COUNTER,
            "earshot_archived_total",
            "Entries handed to the archive: appended (by the node that appended them), swept (found missing later).",
            "by"),
    ARCHIVE_LEFT(
            Kind.COUNTER,
            "earshot_archive_left_total",
            "Entries that the node that appended them left to the sweep: full (too many waited), failed.",
            "why"),
    ARCHIVE_FAILED(
            Kind.COUNTER,
            "earshot_archive_failed_total",
            "Questions that the archive did not answer, by what was asked and why.",
            "what",
            "code"),
    ARCHIVE_QUEUE(Kind.GAUGE, "earshot_archive_queue", "Entries of this node that wait for the archive."),
    ARCHIVE_LAG(
            Kind.GAUGE,
            "earshot_archive_lag_entries",
            "Entries that this node's last sweep found in the log and not yet settled in the archive."),
    ARCHIVE_LAG_SECONDS(
            Kind.GAUGE, "earshot_archive_lag_seconds", "How old the oldest of these was; 0: there were none."),
    ARCHIVE_STORE(Kind.HISTOGRAM, "earshot_archive_store_seconds", "Time to store one batch in the archive."),
    RECORD_LOOKUPS(
            Kind.COUNTER,
            "earshot_record_lookups_total",
            "Sites and users looked up in the shared store: remembered, joined (a question on its way), asked; and of those asked stale (the"
                    + " store did not answer, an earlier answer counts) and failed.",
            "outcome"),
    USAGE_LOST(
            Kind.COUNTER,
            "earshot_usage_lost_total",
            "Statistics of tenants that are missing from the plots: tenants (too many), unwritten (the engine did not take them).",
            "why"),
    LIMITS(
            Kind.COUNTER,
            "earshot_limits_total",
            "Times that a client went over a limit that no other number counts, by the limit's name in the configuration.",
            "limit"),
    HTTP_REQUESTS(Kind.COUNTER, "earshot_http_requests_total", "Plain HTTP requests by status class.", "status"),
    API_CALLS(
            Kind.COUNTER,
            "earshot_api_calls_total",
            "Calls of the server API by operation and status.",
            "operation",
            "status");

    /** How a number behaves. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final Kind kind;
    private final String exportName;
    private final String help;
    private final List<String> labels;

    Metric(Kind kind, String exportName, String help, String... labels) {
        this.kind = kind;
        this.exportName = exportName;
        this.help = help;
        this.labels = List.of(labels);
    }

    public Kind kind() {
        return kind;
    }

    /** The name on {@code /metrics}. */
    public String exportName() {
        return exportName;
    }

    public String help() {
        return help;
    }

    /** Label names in order; empty for a plain number. */
    public List<String> labels() {
        return labels;
    }
}
