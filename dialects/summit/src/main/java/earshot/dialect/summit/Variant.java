package earshot.dialect.summit;

/**
 * How one connection hears of one room, as the small number by which frames are shared: everybody with the same one gets the same bytes.
 *
 * @param spelling what the room is called
 * @param offsets whether kept events carry their {@link Offset}: only for clients that were given a {@code pid}, since others would take it for an argument
 */
record Variant(RoomSpelling spelling, boolean offsets) {
    private static final int OFFSETS = 4;

    int number() {
        return spelling.code() | (offsets ? OFFSETS : 0);
    }

    /** Numbers that nobody has are read as some variant: an encoder must not throw. */
    static Variant of(int number) {
        RoomSpelling spelling = RoomSpelling.ofCode(number & 3);
        return new Variant(spelling == null ? RoomSpelling.PLAIN : spelling, (number & OFFSETS) != 0);
    }
}
