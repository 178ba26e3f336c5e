package earshot.engine.redis;

/** What a lane cannot do alone. */
interface LaneOwner {
    void connect(Lane lane, Connecting connecting);

    /** A command that was not done, and may be done elsewhere or later. On the engine's thread. */
    void again(Lane lane, Request request, String error);

    /** Hears one of the first two, on any thread; {@link #onEnd} once after {@link #onConnected}. */
    interface Connecting {
        void onConnected(Wire wire);

        void onEnd();

        void onFailure(Throwable failure);
    }
}
