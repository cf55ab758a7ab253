package dev.backout.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * How long steps should take: what they took before, or else what their size makes
 * likely.
 */
@Component
class Estimates {

	private static final int NEWEST = 5;

	private static final long MEGABYTE = 1_000_000;

	private final Supplier<Stream<PastTimes>> past;

	@Autowired
	Estimates(ObjectProvider<PastTimes> past) {
		this(past::stream);
	}

	private Estimates(Supplier<Stream<PastTimes>> past) {
		this.past = past;
	}

	/** Where no earlier run is known. */
	static Estimates unmeasured() {
		return new Estimates(Stream::empty);
	}

	/** Of a step that takes about the same time whatever the size. */
	Estimate fixed(String type, String target, Duration usual) {
		return measured(type, target).orElseGet(() -> new Estimate(usual, "usual time, never measured here"));
	}

	/**
	 * Of a step that reads or writes a lot.
	 * @param bytes how much there is now
	 * @param perSecond how much an ordinary machine manages
	 */
	Estimate bySize(String type, String target, long bytes, long perSecond) {
		return measured(type, target).orElseGet(() -> new Estimate(Duration.ofMillis(1000 + bytes * 1000 / perSecond),
				"%d MB at %d MB/s, never measured here".formatted(Math.max(1, bytes / MEGABYTE),
						perSecond / MEGABYTE)));
	}

	private Optional<Estimate> measured(String type, String target) {
		var times = this.past.get().flatMap((known) -> known.of(type, target).stream()).limit(NEWEST).sorted().toList();
		return times.isEmpty() ? Optional.empty() : Optional.of(new Estimate(median(times),
				(times.size() == 1) ? "as the last time" : "median of the last %d times".formatted(times.size())));
	}

	private static Duration median(List<Duration> sorted) {
		return sorted.get(sorted.size() / 2);
	}

}
