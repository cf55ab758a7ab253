package dev.backout.desk.web;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.backout.comms.MessagesChanged;
import dev.backout.comms.StatusChanged;
import dev.backout.kernel.Heard;
import dev.backout.kernel.NewsResumed;
import dev.backout.run.RunChanged;
import dev.backout.watch.Health;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages that there is something new; what is new they ask for themselves. Many
 * changes in a short time are told once, and a slow reader holds up nobody else.
 */
@Component
class LiveStreams {

	/**
	 * Pages open their stream anew after this time, and their session is looked at again.
	 */
	private static final long LIFE_MILLIS = TimeUnit.MINUTES.toMillis(30);

	private static final long CALM_MILLIS = 300;

	private static final int STREAMS_PER_PERSON = 20;

	private final Map<String, Set<Stream>> byPerson = new ConcurrentHashMap<>();

	private final ScheduledExecutorService teller = Executors.newScheduledThreadPool(2, (work) -> {
		var thread = new Thread(work, "live-streams");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Opens a stream.
	 * @param run only changes of this run are told; null for all
	 */
	SseEmitter open(String person, @Nullable String run) throws IOException {
		var streams = this.byPerson.computeIfAbsent(person, (absent) -> ConcurrentHashMap.newKeySet());
		if (streams.size() >= STREAMS_PER_PERSON) {
			streams.stream().findAny().ifPresent((some) -> some.emitter.complete());
		}
		var stream = new Stream(new SseEmitter(LIFE_MILLIS), run);
		stream.emitter.onCompletion(() -> streams.remove(stream));
		stream.emitter.onTimeout(stream.emitter::complete);
		stream.emitter.onError((ex) -> streams.remove(stream));
		streams.add(stream);
		stream.emitter.send(SseEmitter.event().name("beat").reconnectTime(2000).data(""));
		return stream.emitter;
	}

	@EventListener
	void changed(RunChanged event) {
		var run = event.run().toString();
		each((stream) -> {
			if (stream.run == null || stream.run.equals(run)) {
				tell(stream);
			}
		});
	}

	@EventListener
	void changed(MessagesChanged event) {
		each((stream) -> {
			if (stream.run == null || stream.run.equals(event.run())) {
				tell(stream);
			}
		});
	}

	@EventListener
	void changed(StatusChanged event) {
		tellAll();
	}

	@EventListener
	void changed(Heard news) {
		if (news.topic().equals(Health.NEWS)) {
			tellAll();
		}
	}

	/** What was told while this node did not listen is not known. */
	@EventListener
	void resumed(NewsResumed resumed) {
		each(this::tell);
	}

	/** Pages that do not follow one run. */
	private void tellAll() {
		each((stream) -> {
			if (stream.run == null) {
				tell(stream);
			}
		});
	}

	@Scheduled(fixedDelay = 15_000)
	void beat() {
		each((stream) -> this.teller.execute(() -> stream.send("beat")));
	}

	/** Open streams would hold up the graceful shutdown. */
	@EventListener
	void close(ContextClosedEvent event) {
		this.teller.shutdownNow();
		each((stream) -> stream.emitter.complete());
	}

	private void tell(Stream stream) {
		if (stream.told.compareAndSet(false, true)) {
			this.teller.schedule(() -> {
				stream.told.set(false);
				stream.send("changed");
			}, CALM_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	private void each(Consumer<Stream> action) {
		this.byPerson.values().forEach((streams) -> streams.forEach(action));
	}

	private static final class Stream {

		private final SseEmitter emitter;

		private final @Nullable String run;

		private final AtomicBoolean told = new AtomicBoolean();

		private Stream(SseEmitter emitter, @Nullable String run) {
			this.emitter = emitter;
			this.run = run;
		}

		private void send(String event) {
			try {
				this.emitter.send(SseEmitter.event().name(event).data(""));
			}
			catch (IOException | IllegalStateException ex) {
				// The reader has gone; its page opens a new stream when it is back.
				this.emitter.complete();
			}
		}

	}

}
