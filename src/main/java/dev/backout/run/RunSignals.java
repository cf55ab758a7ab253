package dev.backout.run;

import java.util.UUID;

import dev.backout.kernel.Heard;
import dev.backout.kernel.News;
import dev.backout.kernel.NewsResumed;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells every node which run has news: the transaction that changes a run says so, and
 * each node, this one included, hears it once that transaction has committed.
 */
@Component
class RunSignals {

	private static final String TOPIC = "run";

	private final News news;

	private final JdbcClient jdbc;

	private final ApplicationEventPublisher events;

	RunSignals(News news, JdbcClient jdbc, ApplicationEventPublisher events) {
		this.news = news;
		this.jdbc = jdbc;
		this.events = events;
	}

	/** Joins the caller's transaction; a run's news are told once per transaction. */
	void changed(RunId run) {
		this.news.tell(TOPIC, run.toString());
	}

	@EventListener
	void heard(Heard news) {
		if (news.topic().equals(TOPIC)) {
			this.events.publishEvent(new RunChanged(RunId.of(news.about())));
		}
	}

	// What was missed while nobody listened is not known, so look at everything again.
	@EventListener
	void resumed(NewsResumed resumed) {
		this.jdbc.sql("select id from backout.run where ended_at is null")
			.query((row, number) -> new RunId(row.getObject(1, UUID.class)))
			.list()
			.forEach((run) -> this.events.publishEvent(new RunChanged(run)));
	}

}
