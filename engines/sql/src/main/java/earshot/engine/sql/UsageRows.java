package earshot.engine.sql;

import earshot.core.usage.Sketch;
import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.Usage;
import earshot.core.usage.UsageHour;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** What is asked about usage, over one connection. Confined to the thread that has it. */
final class UsageRows implements AutoCloseable {
    private final PreparedStatement hours;
    private final PreparedStatement tenants;
    private final PreparedStatement archived;

    UsageRows(Connection connection) throws SQLException {
        hours = connection.prepareStatement("""
                SELECT hour, messages, users, connections FROM usage_hour
                WHERE realm = ? AND tenant = ? AND hour >= ? AND hour < ? ORDER BY hour""");
        tenants = connection.prepareStatement("""
                SELECT DISTINCT realm, tenant FROM usage_hour WHERE hour >= ? AND hour < ? ORDER BY realm, tenant""");
        archived = connection.prepareStatement("""
                SELECT start, messages, users, peak_connections, connection_minutes FROM usage_archive
                WHERE realm = ? AND tenant = ? AND span = ? AND start >= ? AND start < ? ORDER BY start""");
    }

    List<UsageHour> hours(Tenant tenant, long from, long to) throws SQLException {
        hours.setString(1, tenant.realm());
        hours.setString(2, tenant.name());
        hours.setLong(3, from);
        hours.setLong(4, to);
        List<UsageHour> found = new ArrayList<>();
        try (ResultSet row = hours.executeQuery()) {
            while (row.next())
                found.add(new UsageHour(
                        row.getLong(1), row.getLong(2), Sketch.of(row.getBytes(3)), counts(row.getBytes(4))));
        }
        return List.copyOf(found);
    }

    List<Tenant> tenants(long fromHour, long toHour) throws SQLException {
        tenants.setLong(1, fromHour);
        tenants.setLong(2, toHour);
        List<Tenant> found = new ArrayList<>();
        try (ResultSet row = tenants.executeQuery()) {
            while (row.next()) found.add(new Tenant(row.getString(1), row.getString(2)));
        }
        return List.copyOf(found);
    }

    List<Usage> archived(Tenant tenant, Span span, Instant from, Instant to) throws SQLException {
        archived.setString(1, tenant.realm());
        archived.setString(2, tenant.name());
        archived.setString(3, word(span));
        archived.setLong(4, from.getEpochSecond());
        archived.setLong(5, to.getEpochSecond());
        List<Usage> found = new ArrayList<>();
        try (ResultSet row = archived.executeQuery()) {
            while (row.next())
                found.add(new Usage(
                        Instant.ofEpochSecond(row.getLong(1)),
                        row.getLong(2),
                        Sketch.of(row.getBytes(3)),
                        row.getInt(4),
                        row.getLong(5)));
        }
        return List.copyOf(found);
    }

    static String word(Span span) {
        return span.name().toLowerCase(Locale.ROOT);
    }

    static byte[] bytes(SortedMap<Integer, Integer> connections) {
        ByteBuffer bytes = ByteBuffer.allocate(UsageHour.MINUTES * Integer.BYTES);
        connections.forEach((minute, count) -> bytes.putInt(minute * Integer.BYTES, count));
        return bytes.array();
    }

    private static SortedMap<Integer, Integer> counts(byte[] bytes) {
        SortedMap<Integer, Integer> counts = new TreeMap<>();
        ByteBuffer from = ByteBuffer.wrap(bytes);
        for (int minute = 0; minute < UsageHour.MINUTES && from.hasRemaining(); minute++) {
            int count = from.getInt();
            if (count > 0) counts.put(minute, count);
        }
        return counts;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : List.of(hours, tenants, archived)) statement.close();
    }
}
