package dev.backout.watch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Measures what is due, every few seconds, on every node. */
@Component
class WatchTimer {

	private static final Logger log = LoggerFactory.getLogger(WatchTimer.class);

	private final Watch watch;

	private String lastTrouble = "";

	WatchTimer(Watch watch) {
		this.watch = watch;
	}

	@Scheduled(fixedDelayString = "${backout.watch.look-every:5s}", initialDelayString = "2s")
	void measure() {
		try {
			this.watch.measureDue();
			this.lastTrouble = "";
		}
		catch (RuntimeException ex) {
			// The same trouble is said once, not every few seconds.
			if (!String.valueOf(ex.getMessage()).equals(this.lastTrouble)) {
				this.lastTrouble = String.valueOf(ex.getMessage());
				log.warn("Triggers cannot be measured: {}", this.lastTrouble);
			}
		}
	}

	@Scheduled(fixedDelayString = "6h", initialDelayString = "1h")
	void forget() {
		this.watch.forget();
	}

}
