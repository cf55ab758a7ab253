package dev.backout.nodes;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.backout.Backout;
import dev.backout.step.StepContext;
import dev.backout.step.StepHandler;
import dev.backout.step.StepOutcome;
import dev.backout.step.StepType;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The real application, whose steps stand still where the plan says so: before their
 * work, in the middle of it, or after it with nothing recorded.
 */
public final class SnaredNode {

	private SnaredNode() {
	}

	/** Takes what {@code serve} takes. */
	public static void main(String[] args) {
		new SpringApplication(Backout.class, Snares.class).run(Arrays.copyOfRange(args, 1, args.length));
	}

	/** Lays them. */
	static class Snares {

		@Bean
		static BeanPostProcessor snares(Environment environment) {
			var plan = new Plan(JdbcClient.create(
					new DriverManagerDataSource(environment.getRequiredProperty("snares"), "postgres", "postgres")));
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					if (bean instanceof StepHandler step) {
						return new Snared(step, plan);
					}
					return (bean instanceof DataSource source) ? new SnaredSource(source, plan) : bean;
				}

			};
		}

	}

	/** Where to stand still, and who does. */
	private static final class Plan {

		private final JdbcClient jdbc;

		private final ThreadLocal<@Nullable StepContext> working = new ThreadLocal<>();

		private Plan(JdbcClient jdbc) {
			this.jdbc = jdbc;
		}

		boolean wants(StepContext step, String phase) {
			return this.jdbc.sql("""
					select exists (select from plan where step = :step and phase = :phase)
						and not exists (select from log where step = :step and phase = :phase)
					""").param("step", step.stepId()).param("phase", phase).query(Boolean.class).single();
		}

		/** Stands still until the plan is withdrawn, or the process ends. */
		void reach(StepContext step, String phase) {
			if (!wants(step, phase)) {
				return;
			}
			log(step, phase);
			while (this.jdbc.sql("select exists (select from plan where step = :step and phase = :phase)")
				.param("step", step.stepId())
				.param("phase", phase)
				.query(Boolean.class)
				.single()) {
				pause();
			}
		}

		void log(StepContext step, String phase) {
			this.jdbc.sql("insert into log (pid, step, phase) values (:pid, :step, :phase)")
				.param("pid", ProcessHandle.current().pid())
				.param("step", step.stepId())
				.param("phase", phase)
				.update();
		}

		private static void pause() {
			try {
				TimeUnit.MILLISECONDS.sleep(100);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

	/** A step and what it stands still at. */
	private record Snared(StepHandler step, Plan plan) implements StepHandler {

		/**
		 * Their whole work is a sentence to the target: the kill has to hit it by time.
		 */
		private static final Set<String> SHORT = Set.of("target.freeze", "target.thaw");

		@Override
		public StepType type() {
			return this.step.type();
		}

		@Override
		public StepOutcome execute(StepContext context) throws Exception {
			this.plan.reach(context, "before");
			this.plan.working.set(context);
			try {
				if (SHORT.contains(type().name()) && this.plan.wants(context, "during")) {
					this.plan.log(context, "during");
					endIn(8 + System.nanoTime() % 25);
				}
				var outcome = this.step.execute(new Watched(context, this.plan));
				// Steps that neither say how far they are nor commit anything.
				this.plan.reach(context, "during");
				this.plan.reach(context, "after");
				return outcome;
			}
			finally {
				this.plan.working.remove();
			}
		}

		private static void endIn(long millis) {
			var end = new Thread(() -> {
				try {
					TimeUnit.MILLISECONDS.sleep(millis);
					new ProcessBuilder("kill", "-KILL", Long.toString(ProcessHandle.current().pid())).start();
				}
				catch (InterruptedException | IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			end.setDaemon(true);
			end.start();
		}

	}

	/** Stands still at the first word about half done work. */
	private record Watched(StepContext step, Plan plan) implements StepContext {

		@Override
		public String key() {
			return this.step.key();
		}

		@Override
		public int attempt() {
			return this.step.attempt();
		}

		@Override
		public String runId() {
			return this.step.runId();
		}

		@Override
		public String stepId() {
			return this.step.stepId();
		}

		@Override
		public Optional<String> optional(String name) {
			return this.step.optional(name);
		}

		@Override
		public void progress(long done, long total, String unit) {
			this.step.progress(done, total, unit);
			if (done > 0) {
				this.plan.reach(this.step, "during");
			}
		}

		@Override
		public void checkpoint() {
			this.step.checkpoint();
		}

	}

	/** Stands still before a step's first commit in our own database. */
	private static final class SnaredSource extends DelegatingDataSource {

		private final Plan plan;

		private SnaredSource(DataSource source, Plan plan) {
			super(source);
			this.plan = plan;
		}

		@Override
		public Connection getConnection() throws SQLException {
			var connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(SnaredNode.class.getClassLoader(),
					new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
						var step = this.plan.working.get();
						if (step != null && method.getName().equals("commit")) {
							this.plan.reach(step, "during");
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
