package dev.hubbub.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

import java.util.ArrayDeque;
import java.util.Deque;

/// Writes to a WebSocket. The frames come encoded, headers and all, so they go to Netty's channel
/// as bytes: nothing is encoded or allocated for each socket but the message's place in the
/// channel's queue. Vert.x writes to the same channel only control frames, which may stand between
/// any two of ours.
///
/// What the channel has no room for waits here, as references to shared bytes.
final class SocketOutlet extends Outlet {

    /// Let go because it does not read: a private code of the range 4000 to 4999.
    static final short STALLED = 4008;

    /// How long a client has to take the reason.
    private static final long GOODBYE_MILLIS = 500;

    private final ServerWebSocket socket;
    private final Channel channel;
    private final Deque<ByteBuf> backlog = new ArrayDeque<>();
    private long fed;

    SocketOutlet(Vertx vertx, Lane lane, long stallMillisMax, ServerWebSocket socket) {
        super(vertx, lane, stallMillisMax);
        this.socket = socket;
        ChannelHandlerContext context = ((WebSocketInternal) socket).channelHandlerContext();
        channel = context.channel();
        // Pings find dead sockets; the idle handler is for requests, and costs an object a write.
        if (channel.pipeline().get(IdleStateHandler.class) != null) {
            channel.pipeline().remove(IdleStateHandler.class);
        }
        channel.pipeline().addBefore(context.name(), "hubbub-room", new Room());
    }

    @Override
    boolean isFull() {
        return !backlog.isEmpty() || !channel.isWritable();
    }

    @Override
    void put(Frame frame) {
        backlog.add(frame.message());
        feed();
    }

    @Override
    void putBeat() {
        backlog.add(Frame.PING_FRAME.duplicate());
        feed();
    }

    private void feed() {
        ByteBuf next = backlog.peek();
        while (next != null && channel.isWritable()) {
            int bytes = Math.min(next.readableBytes(), Frame.FRAGMENT_BYTES_WITH_HEADER);
            fed += bytes;
            if (bytes == next.readableBytes()) {
                backlog.remove();
                var _ = channel.write(next, channel.voidPromise());
            } else {
                var _ = channel.write(next.readRetainedSlice(bytes), channel.voidPromise());
            }
            next = backlog.peek();
        }
    }

    @Override
    void flushNow() {
        channel.flush();
    }

    @Override
    long progress() {
        return fed - channel.bytesBeforeWritable();
    }

    @Override
    void letGo() {
        backlog.clear();
        socket.close(STALLED, "You do not read; connect again and go on from where you were.");
        vertx().setTimer(GOODBYE_MILLIS, _ -> cut(channel));
    }

    /// Goes on when the channel has room again.
    private final class Room extends ChannelInboundHandlerAdapter {

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) throws Exception {
            if (channel.isWritable()) {
                feed();
                channel.flush();
                hasDrained();
            }
            super.channelWritabilityChanged(context);
        }
    }
}
