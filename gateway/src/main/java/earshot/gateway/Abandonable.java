package earshot.gateway;

/** An answer that wants to know when nobody waits for it any more. */
interface Abandonable {
    /** Any thread; once it is answered it means nothing. */
    void abandon();
}
