package earshot.gateway;

import earshot.core.session.Session;
import earshot.core.usage.LoopUsage;
import earshot.core.usage.Tenant;
import earshot.core.usage.TenantUsage;
import org.jspecify.annotations.Nullable;

/** What one session does, for the statistics of its tenant. Confined to the session's loop. */
final class SessionUsage {
    private final LoopUsage by;
    private final TenantUsage tenant;
    private final @Nullable String user;
    /** In which its user was counted last. */
    private int hour;

    private SessionUsage(LoopUsage by, TenantUsage tenant, @Nullable String user) {
        this.by = by;
        this.tenant = tenant;
        this.user = user;
        this.hour = by.hour();
    }

    /** Null: nobody wants to know. */
    static @Nullable SessionUsage opened(@Nullable LoopUsage by, ClientSession client) {
        if (by == null || !client.language().dialect.isCounted()) return null;
        Session session = client.session();
        String user = session.user() == null ? null : session.user().user().id();
        TenantUsage tenant = by.opened(new Tenant(session.dialect(), session.tenant()), user);
        return tenant == null ? null : new SessionUsage(by, tenant, user);
    }

    void message() {
        by.message(tenant);
    }

    /** Who stays over the hour is a user of the new one as well. */
    void stays() {
        if (hour == by.hour()) return;
        hour = by.hour();
        if (user != null) by.present(tenant, user);
    }

    void closed() {
        by.closed(tenant, user);
    }
}
