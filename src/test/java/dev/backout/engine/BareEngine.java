package dev.backout.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import dev.backout.TestDatabase;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineConfiguration;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.cfg.StandaloneProcessEngineConfiguration;

/**
 * Camunda as it comes, full history, on a database of its own: no ledger, no journal, no
 * news, no list of tasks; its steps do nothing.
 */
final class BareEngine implements AutoCloseable {

	private final ProcessEngine engine;

	private final Set<String> topics;

	private final Map<String, Map<String, Object>> outputs;

	BareEngine(Map<String, Map<String, Object>> outputs) {
		this.outputs = outputs;
		this.topics = outputs.keySet();
		var configuration = new StandaloneProcessEngineConfiguration();
		configuration.setDataSource(TestDatabase.create().pool());
		configuration.setDatabaseSchemaUpdate(ProcessEngineConfiguration.DB_SCHEMA_UPDATE_TRUE);
		configuration.setHistory(ProcessEngineConfiguration.HISTORY_FULL);
		configuration.setIdGenerator(new org.camunda.bpm.engine.impl.persistence.StrongUuidGenerator());
		configuration.setJobExecutorActivate(false);
		configuration.setMetricsEnabled(false);
		configuration.setProcessEngineName("bare-" + System.nanoTime());
		this.engine = configuration.buildProcessEngine();
	}

	/** Deploys a playbook without what only our own engine evaluates. */
	void deploy(String playbook) {
		this.engine.getRepositoryService()
			.createDeployment()
			.addInputStream("bare.bpmn",
					new java.io.ByteArrayInputStream(playbook
						.replaceAll(" camunda:dueDate=\"[^\"]*\"", " camunda:dueDate=\"2030-01-01T00:00:00\"")
						.replaceAll("R5/\\$\\{\\w+}", "R5/PT1H")
						.getBytes(StandardCharsets.UTF_8)))
			.deploy();
	}

	void start(String playbook, String businessKey, Map<String, Object> variables) {
		this.engine.getRuntimeService().startProcessInstanceByKey(playbook, businessKey, variables);
	}

	long active() {
		return this.engine.getRuntimeService().createProcessInstanceQuery().count();
	}

	long waiting() {
		return this.engine.getTaskService().createTaskQuery().count();
	}

	void answer(String variable, String value) {
		this.engine.getTaskService()
			.createTaskQuery()
			.list()
			.forEach((task) -> this.engine.getTaskService().complete(task.getId(), Map.of(variable, value)));
	}

	/** Works on steps as our worker does, until none is left. */
	void work(int threads) throws InterruptedException {
		ExecutorService pool = Executors.newFixedThreadPool(threads);
		var free = new Semaphore(threads);
		try {
			while (true) {
				free.acquire();
				var room = 1 + free.drainPermits();
				var tasks = fetch(room);
				free.release(room - tasks.size());
				tasks.forEach((task) -> pool.execute(() -> {
					try {
						this.engine.getExternalTaskService()
							.complete(task.getId(), "bare", this.outputs.get(task.getTopicName()));
					}
					finally {
						free.release();
					}
				}));
				if (tasks.isEmpty() && this.engine.getExternalTaskService().createExternalTaskQuery().count() == 0) {
					return;
				}
			}
		}
		finally {
			pool.shutdown();
		}
	}

	private List<LockedExternalTask> fetch(int room) {
		var query = this.engine.getExternalTaskService().fetchAndLock().workerId("bare").maxTasks(room).subscribe();
		for (var topic : this.topics) {
			query = query.topic(topic, 60_000);
		}
		return query.execute();
	}

	@Override
	public void close() {
		this.engine.close();
	}

}
