package dev.backout.comms;

import java.util.Objects;

import dev.backout.kernel.Heard;
import dev.backout.kernel.News;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Tells, once it is committed, what messages and the status page have new. */
@Component
class Announcements {

	private static final String MESSAGES = "messages";

	private static final String STATUS = "status";

	private final ApplicationEventPublisher publisher;

	private final News news;

	Announcements(ApplicationEventPublisher publisher, News news) {
		this.publisher = publisher;
		this.news = news;
	}

	/** On every node. */
	void tell(MessagesChanged event) {
		this.news.tell(MESSAGES, Objects.requireNonNullElse(event.run(), ""));
	}

	/** On every node. */
	void tell(StatusChanged event) {
		this.news.tell(STATUS, "");
	}

	@EventListener
	void heard(Heard heard) {
		switch (heard.topic()) {
			case MESSAGES ->
				this.publisher.publishEvent(new MessagesChanged(heard.about().isEmpty() ? null : heard.about()));
			case STATUS -> this.publisher.publishEvent(new StatusChanged());
			default -> {
			}
		}
	}

	/**
	 * On this node alone: something is to be done about it, and that once. Pages on every
	 * node look again.
	 */
	void afterCommit(PromiseLate event) {
		tell(new MessagesChanged(event.run()));
		if (!TransactionSynchronizationManager.isSynchronizationActive()) {
			this.publisher.publishEvent(event);
			return;
		}
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void afterCommit() {
				Announcements.this.publisher.publishEvent(event);
			}

		});
	}

}
