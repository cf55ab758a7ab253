package dev.backout.comms;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Publishes events once what they tell is committed. */
@Component
class Announcements {

	private final ApplicationEventPublisher publisher;

	Announcements(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	void afterCommit(Object event) {
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
