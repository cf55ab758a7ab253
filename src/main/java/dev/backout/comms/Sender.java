package dev.backout.comms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.backout.comms.mail.Carrier;
import dev.backout.comms.mail.MailDown;
import dev.backout.comms.mail.Receipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Empties the outbox on a thread of its own, so that a slow mail server holds up nothing
 * else. What was accepted is marked at once, one by one. After a crash between the mail
 * server's yes and our mark the copy leaves a second time, with the same Message-ID,
 * which mail programs show once; nothing else can ever be sent twice, and nothing is
 * lost.
 */
@Component
class Sender implements SmartLifecycle {

	private static final Logger LOG = LoggerFactory.getLogger(Sender.class);

	private static final Duration LEASE = Duration.ofMinutes(2);

	private static final int BATCH = 20;

	private static final Duration PAUSE = Duration.ofSeconds(15);

	private static final Duration GIVE_UP_AFTER = Duration.ofDays(3);

	private static final List<Duration> BACK_OFF = List.of(Duration.ofSeconds(30), Duration.ofMinutes(2),
			Duration.ofMinutes(5), Duration.ofMinutes(15));

	private final Outbox outbox;

	private final Copies copies;

	private final Carrier carrier;

	private final Announcements announcements;

	private final Clock clock;

	private Instant pausedUntil = Instant.MIN;

	private boolean down;

	private @Nullable ScheduledExecutorService thread;

	Sender(Outbox outbox, Copies copies, Carrier carrier, Announcements announcements, Clock clock) {
		this.outbox = outbox;
		this.copies = copies;
		this.carrier = carrier;
		this.announcements = announcements;
		this.clock = clock;
	}

	/** Sends what is due until nothing is, or until no mail can leave. */
	synchronized void sendDue() {
		var now = this.clock.instant();
		if (now.isBefore(this.pausedUntil)) {
			return;
		}
		List<Outbox.Taken> batch;
		do {
			batch = this.outbox.take(BATCH, LEASE);
		}
		while (!batch.isEmpty() && sendAll(batch) && !Thread.currentThread().isInterrupted());
	}

	private boolean sendAll(List<Outbox.Taken> batch) {
		var leaseEnds = this.clock.instant().plus(LEASE).minusSeconds(45);
		for (int next = 0; next < batch.size(); next++) {
			try {
				if (this.clock.instant().isAfter(leaseEnds)) {
					giveBack(batch.subList(next, batch.size()), "waits for a slow mail server");
					return true;
				}
				send(batch.get(next));
			}
			catch (MailDown ex) {
				sayDown(ex);
				giveBack(batch.subList(next, batch.size()), String.valueOf(ex.getMessage()));
				this.pausedUntil = this.clock.instant().plus(PAUSE);
				return false;
			}
		}
		return true;
	}

	/** Once per outage, not once per try. */
	private void sayDown(MailDown cause) {
		if (!this.down) {
			LOG.warn("{}. Messages wait in the outbox, a try every {} s", cause.getMessage(), PAUSE.toSeconds());
		}
		this.down = true;
	}

	private void sayUp() {
		if (this.down) {
			LOG.info("Messages leave again");
		}
		this.down = false;
	}

	private void giveBack(List<Outbox.Taken> rest, String why) {
		rest.forEach((taken) -> this.outbox.giveBack(taken.delivery().id(), why));
	}

	private void send(Outbox.Taken taken) {
		var copy = taken.delivery();
		var envelope = this.copies.envelope(taken);
		var receipt = this.carrier.deliver(envelope);
		sayUp();
		var now = this.clock.instant();
		if (receipt instanceof Receipt.Accepted) {
			this.outbox.settle(copy.id(), Delivery.State.ACCEPTED, receipt.answer());
		}
		else if (receipt instanceof Receipt.Refused) {
			this.outbox.settle(copy.id(), Delivery.State.REFUSED, receipt.answer());
		}
		else if (now.isAfter(envelope.sentAt().plus(GIVE_UP_AFTER))) {
			this.outbox.settle(copy.id(), Delivery.State.GIVEN_UP, receipt.answer());
		}
		else {
			var wait = BACK_OFF.get(Math.min(copy.tries(), BACK_OFF.size()) - 1);
			this.outbox.postpone(copy.id(), receipt.answer(), now.plus(wait));
		}
		this.announcements.tell(new MessagesChanged(envelope.headers().get(Copies.RUN)));
	}

	private void sendDueSafely() {
		try {
			sendDue();
		}
		catch (RuntimeException ex) {
			// The database may be restarting; the next second tells.
			LOG.warn("The outbox could not be emptied: {}", ex.toString());
		}
	}

	@Override
	public void start() {
		var executor = Executors.newSingleThreadScheduledExecutor((work) -> {
			var sender = new Thread(work, "mail-sender");
			sender.setDaemon(true);
			return sender;
		});
		this.thread = executor;
		LOG.info("Messages go to {}", this.carrier.destination());
		executor.scheduleWithFixedDelay(this::sendDueSafely, 1, 1, TimeUnit.SECONDS);
	}

	@Override
	public void stop() {
		var executor = this.thread;
		this.thread = null;
		if (executor != null) {
			executor.shutdown();
			try {
				if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
					executor.shutdownNow();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
