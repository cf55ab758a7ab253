package dev.backout.engine;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import dev.backout.run.RunChanged;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Works on the steps of all runs, together with the workers of other nodes. A step holds
 * a short lock that a heartbeat extends, so it may take hours, and a dead node is
 * replaced as soon as its lock runs out.
 */
@Component
class StepWorker implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StepWorker.class);

	private final String node = ManagementFactory.getRuntimeMXBean().getName() + "-"
			+ Long.toHexString(System.nanoTime() & 0xffffff);

	private final ExternalTaskService tasks;

	private final StepCatalog catalog;

	private final StepSettlement settlement;

	private final WorkerProperties properties;

	private final Semaphore free;

	private final Set<StepExecution> atWork = ConcurrentHashMap.newKeySet();

	private volatile ExecutorService pool = Executors.newCachedThreadPool();

	/** Nothing but heartbeats: whatever else is slow, a step at work keeps its lock. */
	private volatile ScheduledExecutorService hearts = Executors.newScheduledThreadPool(2);

	private volatile ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor();

	/** Much news in a short time make the worker look once. */
	private final AtomicBoolean lookingSoon = new AtomicBoolean();

	private volatile boolean running;

	/** When the node was told to stop; {@link System#nanoTime}. */
	private volatile long stopping;

	StepWorker(ExternalTaskService tasks, StepCatalog catalog, StepSettlement settlement, WorkerProperties properties) {
		this.tasks = tasks;
		this.catalog = catalog;
		this.settlement = settlement;
		this.properties = properties;
		this.free = new Semaphore(properties.threads());
	}

	@Override
	public boolean isAutoStartup() {
		return this.properties.enabled();
	}

	@Override
	public int getPhase() {
		return PlaybookDeployment.PHASE + 100;
	}

	@Override
	public synchronized void start() {
		this.pool = Executors.newFixedThreadPool(this.properties.threads(), new Threads("step"));
		this.hearts = Executors.newScheduledThreadPool(2, new Threads("step-heartbeat"));
		this.looking = Executors.newSingleThreadScheduledExecutor(new Threads("step-poll"));
		this.lookingSoon.set(false);
		this.stopping = 0;
		this.running = true;
		this.looking.scheduleWithFixedDelay(this::poll, 0, this.properties.poll().toMillis(), TimeUnit.MILLISECONDS);
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** A run moved, on whichever node: there may be a step to take up. */
	@EventListener
	void moved(RunChanged news) {
		if (this.running && this.free.availablePermits() > 0 && this.lookingSoon.compareAndSet(false, true)) {
			this.looking.execute(this::poll);
		}
	}

	private synchronized void poll() {
		this.lookingSoon.set(false);
		var room = this.free.availablePermits();
		if (!this.running || room == 0) {
			return;
		}
		try {
			takeUp(room).forEach(this::begin);
		}
		catch (RuntimeException ex) {
			logger.warn("Could not look for steps, will look again: {}", ex.toString());
		}
	}

	private List<StepExecution> takeUp(int room) {
		return this.settlement
			.takeUp(() -> fetch(room, waiting(room)).stream().filter((task) -> !atWorkHere(task)).toList(), this.node)
			.entrySet()
			.stream()
			.map((taken) -> new StepExecution(taken.getKey(), taken.getValue(), this.settlement, this.properties))
			.toList();
	}

	/**
	 * The types of the steps that would be taken up now. To ask the engine for each type
	 * that there is costs it more than all else about a step.
	 */
	private Set<String> waiting(int room) {
		var waiting = this.tasks.createExternalTaskQuery()
			.notLocked()
			.withRetriesLeft()
			.active()
			.orderByPriority()
			.desc()
			.orderByCreateTime()
			.asc()
			.listPage(0, room)
			.stream()
			.map(ExternalTask::getTopicName)
			.collect(Collectors.toSet());
		var known = Set.copyOf(this.catalog.names());
		// A step of a type that is gone must not stand before all others.
		return known.containsAll(waiting) ? waiting : known;
	}

	private List<LockedExternalTask> fetch(int room, Set<String> types) {
		if (types.isEmpty()) {
			return List.of();
		}
		var query = this.tasks.fetchAndLock()
			.workerId(this.node)
			.maxTasks(room)
			.usePriority(true)
			.orderByCreateTime()
			.asc()
			.subscribe();
		for (var topic : types) {
			query = query.topic(topic, this.properties.lock().toMillis());
		}
		return query.execute();
	}

	/** Our own lock ran out, as after a jump of the clock, and is ours again by now. */
	private boolean atWorkHere(LockedExternalTask task) {
		var here = this.atWork.stream().anyMatch((execution) -> execution.key().equals(task.getId()));
		if (here) {
			logger.warn("The lock of step {} ({}) ran out while it was at work here", task.getActivityId(),
					task.getId());
		}
		return here;
	}

	private void begin(StepExecution execution) {
		this.free.acquireUninterruptibly();
		this.pool.execute(() -> {
			try {
				work(execution);
			}
			catch (RuntimeException ex) {
				// The lock runs out by itself; whoever takes the step up next finds out
				// more.
				logger.warn("{} could not be settled", execution, ex);
			}
			finally {
				this.free.release();
			}
		});
	}

	private void work(StepExecution execution) {
		this.atWork.add(execution);
		var third = this.properties.lock().toMillis() / 3;
		var beat = this.hearts.scheduleAtFixedRate(() -> execution.beat(this.tasks), third, third,
				TimeUnit.MILLISECONDS);
		try {
			execution.run(this.catalog.get(execution.type()));
		}
		finally {
			beat.cancel(false);
			this.atWork.remove(execution);
		}
	}

	/** The pages' part of the stop counts too: steps have heard of it since then. */
	@EventListener
	void closing(ContextClosedEvent event) {
		this.running = false;
		this.stopping = System.nanoTime();
	}

	/**
	 * Takes up nothing new, gives steps at work some time, then tells them to stop and
	 * leaves the rest of them to other nodes.
	 */
	@Override
	public void stop() {
		this.running = false;
		this.pool.shutdown();
		try {
			if (!this.pool.awaitTermination(patienceMillis(), TimeUnit.MILLISECONDS)) {
				this.atWork.forEach(StepExecution::handOver);
				this.pool.awaitTermination(this.properties.stop().toMillis() / 2, TimeUnit.MILLISECONDS);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.looking.shutdownNow();
		this.hearts.shutdownNow();
		this.pool.shutdownNow();
		this.atWork.forEach((execution) -> execution.unlock(this.tasks));
	}

	private long patienceMillis() {
		var gone = (this.stopping == 0) ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - this.stopping);
		return Math.max(0, this.properties.stop().toMillis() - gone);
	}

	/** What the worker is doing, for tests: step ids to attempts. */
	Map<String, Integer> atWork() {
		return this.atWork.stream()
			.collect(java.util.stream.Collectors.toMap(StepExecution::stepId, (execution) -> 1, Integer::sum));
	}

}
