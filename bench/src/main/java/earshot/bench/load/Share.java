package earshot.bench.load;

/**
 * Which members and publishers of a plan one generator has: whole rooms while there are enough of them, else members in turn, with the publishers in
 * the first.
 *
 * @param index from 0
 * @param of how many generators there are
 */
record Share(LoadPlan.Crowd crowd, int index, int of) {
    boolean has(int member) {
        int inRoom = member / crowd.rooms();
        if (crowd.rooms() >= of) return room(member) % of == index;
        return (inRoom < crowd.publishersPerRoom() ? 0 : inRoom % of) == index;
    }

    int room(int member) {
        return member % crowd.rooms();
    }

    /** Its part of what all generators do to the server together. */
    double rateOf(double all) {
        return all / of;
    }
}
