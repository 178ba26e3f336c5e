package earshot.dialect.waddle;

import earshot.dialect.waddle.WaddleConfig.Access;

/** Configurations that differ from the default in one thing. */
final class Configs {
    private static final WaddleConfig D = WaddleConfig.DEFAULT;

    private Configs() {}

    static WaddleConfig announceJoins() {
        return of(D.replayLimit(), 0, Access.ANYONE, true, false, false);
    }

    static WaddleConfig replayLimit(int limit) {
        return of(limit, 0, Access.ANYONE, false, false, false);
    }

    static WaddleConfig perSecond(int messages) {
        return of(D.replayLimit(), messages, Access.ANYONE, false, false, false);
    }

    static WaddleConfig access(Access access) {
        return of(D.replayLimit(), 0, access, false, false, false);
    }

    static WaddleConfig closeAtExpiry() {
        return of(D.replayLimit(), 0, Access.ANYONE, false, true, false);
    }

    static WaddleConfig politeFaults() {
        return of(D.replayLimit(), 0, Access.ANYONE, false, false, true);
    }

    private static WaddleConfig of(
            int replayLimit, int perSecond, Access access, boolean joins, boolean expiry, boolean politeFaults) {
        return new WaddleConfig(
                D.channelSockets(),
                D.history(),
                D.maxContentChars(),
                D.maxMessageBytes(),
                replayLimit,
                perSecond,
                D.typingExpiry(),
                D.linger(),
                D.pingInterval(),
                access,
                joins,
                expiry,
                politeFaults,
                D.retention());
    }

    static WaddleConfig history(int messages) {
        return new WaddleConfig(
                D.channelSockets(),
                messages,
                D.maxContentChars(),
                D.maxMessageBytes(),
                D.replayLimit(),
                0,
                D.typingExpiry(),
                D.linger(),
                D.pingInterval(),
                Access.ANYONE,
                false,
                false,
                false,
                D.retention());
    }
}
