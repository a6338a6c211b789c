package dev.hubbub.engine;

import dev.hubbub.conversation.ChatModel;
import dev.hubbub.conversation.Conversation;
import dev.hubbub.conversation.ConversationId;
import dev.hubbub.conversation.Message;
import dev.hubbub.conversation.ModelId;
import dev.hubbub.conversation.Refusal;
import dev.hubbub.conversation.Reply;
import dev.hubbub.conversation.StoreException;
import dev.hubbub.conversation.UserId;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Runs a [Partition] as an actor: the same on one node and, as a sharding entity, on many. It
/// takes an epoch before it does anything, and a new one whenever it begins again.
final class PartitionActor extends AbstractBehavior<ToPartition> implements Partition.World {

    private static final Logger LOG = LoggerFactory.getLogger(PartitionActor.class);
    private static final Duration ACTIVATE_AGAIN = Duration.ofSeconds(1);

    private final int number;
    private final Node node;
    private final StashBuffer<ToPartition> stash;
    private @Nullable Partition partition;
    private boolean deposed;
    private Instant now;

    // What one message led to, until it is sent off together.
    private final List<Node.Load> loads = new ArrayList<>();
    private final List<CommitLoop.Entry> commits = new ArrayList<>();
    private final List<Node.Begin> calls = new ArrayList<>();
    private @Nullable ModelId lastModelId;
    private @Nullable ChatModel lastModel;
    private int residentsChange;
    private int repliesChange;

    /// The behaviour of partition `number`.
    ///
    /// @param firstEpoch an epoch that the node has taken for it already, or 0; used once
    static Behavior<ToPartition> create(int number, AtomicLong firstEpoch, Node node) {
        int stashMax = node.config().requestsMax() + 16;
        Behavior<ToPartition> behavior =
                Behaviors.withStash(
                        stashMax,
                        stash ->
                                Behaviors.setup(context ->
                                        new PartitionActor(
                                                context, stash, number, firstEpoch, node)));
        return Behaviors.supervise(behavior).onFailure(SupervisorStrategy.restart());
    }

    private PartitionActor(
            ActorContext<ToPartition> context,
            StashBuffer<ToPartition> stash,
            int number,
            AtomicLong firstEpoch,
            Node node) {
        super(context);
        this.number = number;
        this.node = node;
        this.stash = stash;
        now = node.now();
        long epoch = firstEpoch.getAndSet(0);
        if (epoch > 0) {
            partition = new Partition(number, epoch, node.config(), this);
        } else {
            activate();
        }
    }

    @Override
    public Receive<ToPartition> createReceive() {
        return newReceiveBuilder()
                .onMessage(ToPartition.class, this::received)
                .onSignal(PreRestart.class, _ -> abandon(Refusal.CRASHED))
                .onSignal(PostStop.class, _ -> abandon(Refusal.OVERLOADED))
                .build();
    }

    private Behavior<ToPartition> received(ToPartition message) {
        if (message instanceof ToPartition.End) {
            return Behaviors.stopped();
        }
        if (!(message instanceof ToPartition.Tick)) {
            node.taken(number);
        }
        now = node.now();
        Partition running = partition;
        if (running != null) {
            receive(running, message);
            if (deposed) {
                deposed = false;
                LOG.warn("Partition {} has another writer; it begins again.", number);
                node.partitionFailed(number, new StoreException("another writer had taken it"));
                abandon(Refusal.STORE_UNAVAILABLE);
                activate();
            }
            return this;
        }
        return switch (message) {
            case ToPartition.Activated(var epoch) -> {
                partition = new Partition(number, epoch, node.config(), this);
                node.begunAgain(number);
                yield stash.unstashAll(this);
            }
            case ToPartition.NotActivated(var why) -> {
                LOG.warn("Partition {} could not begin: {}", number, why);
                getContext()
                        .getSystem()
                        .scheduler()
                        .scheduleOnce(
                                ACTIVATE_AGAIN, this::activate, getContext().getExecutionContext());
                yield this;
            }
            case ToPartition.Tick _, ToPartition.End _ -> this;
            case ToPartition.Loaded _,
                    ToPartition.Committed _,
                    ToPartition.Notice _,
                    ToPartition.Several _ ->
                    this;
            case ToPartition.Ask _,
                    ToPartition.AskAll _,
                    ToPartition.Show _,
                    ToPartition.ShowAll _,
                    ToPartition.ListResidents _,
                    ToPartition.Supervise _,
                    ToPartition.Follow _,
                    ToPartition.Unfollow _,
                    ToPartition.Wake _ -> {
                if (stash.isFull()) {
                    refuse(message);
                } else {
                    stash.stash(message);
                    node.notTaken(number);
                }
                yield this;
            }
        };
    }

    /// Whatever it throws ends this life of the partition and nothing else: to an [Error], such as
    /// memory that ran out, the actor system would answer by ending itself.
    private void receive(Partition running, ToPartition message) {
        try {
            running.receive(message);
            flush();
        } catch (Throwable defect) {
            node.partitionFailed(number, defect);
            throw defect instanceof RuntimeException known
                    ? known
                    : new IllegalStateException("partition " + number + " failed", defect);
        }
    }

    private void refuse(ToPartition message) {
        var overloaded = new Answer.Refused(Refusal.OVERLOADED);
        switch (message) {
            case ToPartition.Ask ask -> answer(ask.caller(), overloaded);
            case ToPartition.Show show -> answer(show.caller(), overloaded);
            case ToPartition.AskAll(var caller, _, var ids, _, _) ->
                    answer(caller, new Response.All(Collections.nCopies(ids.size(), overloaded)));
            case ToPartition.ShowAll(var caller, _, var ids) ->
                    answer(caller, new Response.All(Collections.nCopies(ids.size(), overloaded)));
            case ToPartition.ListResidents(var caller, _) -> answer(caller, overloaded);
            case ToPartition.Supervise supervise -> answer(supervise.caller(), overloaded);
            default -> {}
        }
    }

    private void activate() {
        node.activate(number, this::tellSelf);
    }

    private void tellSelf(ToPartition message) {
        node.tellPartition(number, message);
    }

    private Behavior<ToPartition> abandon(Refusal reason) {
        Partition ended = partition;
        partition = null;
        loads.clear();
        calls.clear();
        if (ended != null) {
            ended.abandon(reason);
            flush();
        }
        return this;
    }

    /// Sends off together what one message led to.
    private void flush() {
        if (!loads.isEmpty()) {
            node.load(List.copyOf(loads), this::tellSelf);
            loads.clear();
        }
        if (!commits.isEmpty()) {
            node.commit(number, List.copyOf(commits));
            commits.clear();
        }
        if (!calls.isEmpty()) {
            node.begin(List.copyOf(calls), this::tellSelf);
            calls.clear();
        }
        lastModelId = null;
        lastModel = null;
        if (residentsChange != 0) {
            node.residents.add(residentsChange);
            residentsChange = 0;
        }
        if (repliesChange != 0) {
            node.replies.add(repliesChange);
            repliesChange = 0;
        }
    }

    /// The time at which the message that is handled began to be: one object, which all that
    /// happened then shares.
    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void load(ConversationId id, long load) {
        loads.add(new Node.Load(id, load));
    }

    @Override
    public void commit(Resident.Flight flight) {
        commits.add(flight);
    }

    @Override
    public Call call(Conversation conversation, long call) {
        Reply reply = conversation.reply();
        if (reply == null) {
            throw new IllegalStateException("no reply is wanted");
        }
        var made =
                new ModelCall(
                        node.config().limits().replyCharsMax(),
                        new ToPartition.Notice(conversation.id(), call),
                        this::tellSelf);
        calls.add(new Node.Begin(made, conversation, reply));
        return made;
    }

    @Override
    public Call.@Nullable Unread answerAtOnce(Conversation conversation, Reply reply, Message to) {
        ModelId id = reply.model();
        if (!id.equals(lastModelId)) {
            lastModel = node.models().find(id);
            lastModelId = id;
        }
        ChatModel model = lastModel;
        return model == null || !model.isImmediate() || !to.images().isEmpty()
                ? null
                : AtOnce.reply(
                        model, conversation, reply, to, node.config().limits().replyCharsMax());
    }

    @Override
    public void answer(Caller caller, Response response) {
        node.answer(caller, response);
    }

    @Override
    public void tell(String hub, ToHub message) {
        node.tellHub(hub, message);
    }

    @Override
    public void tellAll(ToHub message) {
        node.tellHubs(message);
    }

    @Override
    public boolean isListening(UserId owner) {
        return node.isListening(owner);
    }

    @Override
    public void crashed(ConversationId id, RuntimeException defect) {
        node.crashed(id, defect);
    }

    @Override
    public void deposed() {
        deposed = true;
    }

    @Override
    public void residents(int change) {
        residentsChange += change;
    }

    @Override
    public void replies(int change) {
        repliesChange += change;
    }
}
