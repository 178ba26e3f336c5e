package earshot.engine.sql;

import earshot.core.usage.Span;
import earshot.core.usage.Tenant;
import earshot.core.usage.Usage;
import earshot.core.usage.UsageHour;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What is written about usage. Confined to the directory's writer; within its transaction. */
final class UsageWrites implements AutoCloseable {
    /** Hours that were never archived go after so long: their day is over for good. */
    private static final Duration ABANDONED = Duration.ofDays(62);
    /** So that a month can be compared with the one a year before, day by day. */
    private static final Duration DAYS_KEPT = Duration.ofDays(400);

    private final UsageRows rows;
    private final PreparedStatement putHour;
    private final PreparedStatement putArchived;
    private final PreparedStatement forgetHours;
    private final PreparedStatement forgetDays;

    UsageWrites(Connection connection) throws SQLException {
        rows = new UsageRows(connection);
        putHour = connection.prepareStatement(
                "INSERT OR REPLACE INTO usage_hour (realm, tenant, hour, messages, users, connections)"
                        + " VALUES (?, ?, ?, ?, ?, ?)");
        putArchived = connection.prepareStatement("""
                INSERT OR REPLACE INTO usage_archive
                (realm, tenant, span, start, messages, users, peak_connections, connection_minutes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)""");
        forgetHours = connection.prepareStatement("""
                DELETE FROM usage_hour WHERE hour < ? OR hour < ? AND EXISTS (SELECT 1 FROM usage_archive a
                WHERE a.realm = usage_hour.realm AND a.tenant = usage_hour.tenant
                AND a.span = 'day' AND a.start = usage_hour.hour / 24 * 86400)""");
        forgetDays = connection.prepareStatement("DELETE FROM usage_archive WHERE span = 'day' AND start < ?");
    }

    void add(Tenant tenant, UsageHour more) throws SQLException {
        List<UsageHour> before = rows.hours(tenant, more.hour(), more.hour() + 1);
        UsageHour now = before.isEmpty() ? more : before.getFirst().plus(more);
        putHour.setString(1, tenant.realm());
        putHour.setString(2, tenant.name());
        putHour.setLong(3, now.hour());
        putHour.setLong(4, now.messages());
        putHour.setBytes(5, now.users().bytes());
        putHour.setBytes(6, UsageRows.bytes(now.connections()));
        putHour.executeUpdate();
    }

    int putDay(Tenant tenant, Usage day) throws SQLException {
        put(tenant, Span.DAY, day);
        Instant month = Span.MONTH.startOf(day.start());
        Usage whole = Usage.none(month);
        for (Usage each : rows.archived(tenant, Span.DAY, month, Span.MONTH.plus(month, 1))) whole = whole.plus(each);
        put(tenant, Span.MONTH, whole);
        return 2;
    }

    private void put(Tenant tenant, Span span, Usage usage) throws SQLException {
        putArchived.setString(1, tenant.realm());
        putArchived.setString(2, tenant.name());
        putArchived.setString(3, UsageRows.word(span));
        putArchived.setLong(4, usage.start().getEpochSecond());
        putArchived.setLong(5, usage.messages());
        putArchived.setBytes(6, usage.users().bytes());
        putArchived.setInt(7, usage.peakConnections());
        putArchived.setLong(8, usage.connectionMinutes());
        putArchived.executeUpdate();
    }

    /** Hours that are old and archived, and days that nobody compares with any more; months stay. */
    void forget(Instant now, Duration hoursKept) throws SQLException {
        forgetHours.setLong(1, UsageHour.at(now.minus(ABANDONED).toEpochMilli()));
        forgetHours.setLong(2, UsageHour.at(now.minus(hoursKept).toEpochMilli()));
        forgetHours.executeUpdate();
        forgetDays.setLong(1, now.minus(DAYS_KEPT).getEpochSecond());
        forgetDays.executeUpdate();
    }

    @Override
    public void close() throws SQLException {
        rows.close();
        for (PreparedStatement statement : List.of(putHour, putArchived, forgetHours, forgetDays)) statement.close();
    }
}
