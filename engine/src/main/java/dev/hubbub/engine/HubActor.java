package dev.hubbub.engine;

import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.UserId;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the [Hub] of a node as an actor.
final class HubActor implements Hub.World {

    private static final Logger LOG = LoggerFactory.getLogger(HubActor.class);

    private final Node node;

    private HubActor(Node node) {
        this.node = node;
    }

    static Behavior<ToHub> create(Node node) {
        return Behaviors.setup(_ -> {
            var hub = new Hub(node.config().viewerEventsMax(), new HubActor(node));
            return Behaviors.receiveMessage(message -> {
                hub.receive(message);
                return Behaviors.same();
            });
        });
    }

    @Override
    public long nowMillis() {
        return node.now().toEpochMilli();
    }

    @Override
    public void follow(UserId asker, ConversationId id) {
        node.tellPartitionOf(id, new ToPartition.Follow(Node.ALONE, asker, id));
    }

    @Override
    public void unfollow(ConversationId id) {
        node.tellPartitionOf(id, new ToPartition.Unfollow(Node.ALONE, id));
    }

    @Override
    public int partitionOf(ConversationId id) {
        return node.partitionOf(id);
    }

    @Override
    public void viewers(int change) {
        node.viewers.add(change);
    }

    @Override
    public void failed(RuntimeException defect) {
        LOG.error("A viewer failed and is let go", defect);
    }
}
