package dev.backout.engine;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with a name that says what they are for. */
final class Threads implements ThreadFactory {

	private final String name;

	private final AtomicInteger count = new AtomicInteger();

	Threads(String name) {
		this.name = name;
	}

	@Override
	public Thread newThread(Runnable work) {
		var thread = new Thread(work, this.name + "-" + this.count.incrementAndGet());
		thread.setDaemon(true);
		return thread;
	}

}
