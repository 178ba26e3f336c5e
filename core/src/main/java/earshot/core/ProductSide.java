package earshot.core;

import earshot.core.message.Command;
import earshot.core.message.Event;
import earshot.core.message.Profile;
import earshot.core.message.Reply;
import earshot.core.message.RoomId;
import earshot.core.product.ProductFeed;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The node as the channels of a product see it: what is open here, and those who are connected here. Thread-safe. */
record ProductSide(Node node, Floor floor) implements ProductFeed.Here {
    @Override
    public void whenOpen(RoomId room, Runnable there, Runnable otherwise) {
        floor.at(room, rooms -> (rooms.isOpen(room) ? there : otherwise).run());
    }

    @Override
    public CompletionStage<Reply> hear(Command command, Profile as) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        floor.at(command.room(), rooms -> rooms.hear(command, as, answer));
        return answer;
    }

    @Override
    public CompletionStage<Reply> catchUp(RoomId room) {
        CompletableFuture<Reply> answer = new CompletableFuture<>();
        floor.at(room, rooms -> rooms.catchUp(room, answer));
        return answer;
    }

    @Override
    public CompletionStage<Integer> notify(Event.Notified event) {
        return node.notify(event);
    }
}
