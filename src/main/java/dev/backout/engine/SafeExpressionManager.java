package dev.backout.engine;

import java.beans.FeatureDescriptor;
import java.util.Iterator;
import java.util.function.BiPredicate;

import dev.backout.playbook.Expressions;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.impl.el.Expression;
import org.camunda.bpm.engine.impl.el.JuelExpressionManager;
import org.camunda.bpm.engine.impl.el.VariableContextElResolver;
import org.camunda.bpm.impl.juel.jakarta.el.CompositeELResolver;
import org.camunda.bpm.impl.juel.jakarta.el.ELContext;
import org.camunda.bpm.impl.juel.jakarta.el.ELException;
import org.camunda.bpm.impl.juel.jakarta.el.ELResolver;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates what {@link Expressions} accepts, and knows nothing to reach but variables:
 * no bean, no engine object, no property, no method.
 */
class SafeExpressionManager extends JuelExpressionManager {

	private final BiPredicate<String, String> promised;

	/**
	 * Over what a process definition promises to give: a variable of that name is empty
	 * until then.
	 */
	SafeExpressionManager(BiPredicate<String, String> promised) {
		this.promised = promised;
		try {
			addFunction("now", ExpressionFunctions.class.getMethod("now"));
			addFunction("after", ExpressionFunctions.class.getMethod("after", String.class));
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public Expression createExpression(String text) {
		if (Expressions.present(text)) {
			Expressions.refusal(text).ifPresent((reason) -> {
				throw new ProcessEngineException("Expression refused: " + reason);
			});
		}
		return super.createExpression(text);
	}

	@Override
	protected ELResolver createElResolver() {
		var resolver = new CompositeELResolver();
		resolver.add(new Variables(this.promised));
		resolver.add(new VariableContextElResolver());
		return resolver;
	}

	private static final class Variables extends ELResolver {

		private final BiPredicate<String, String> promised;

		Variables(BiPredicate<String, String> promised) {
			this.promised = promised;
		}

		@Override
		public @Nullable Object getValue(ELContext context, @Nullable Object base, @Nullable Object property) {
			var scope = (VariableScope) context.getContext(VariableScope.class);
			var name = String.valueOf(property);
			if (base != null || scope == null) {
				return null;
			}
			if (scope.hasVariable(name)) {
				context.setPropertyResolved(true);
				return scope.getVariable(name);
			}
			var given = Given.in(scope).value(name);
			if (given.isPresent()) {
				context.setPropertyResolved(true);
				return given.get();
			}
			var definition = definition(scope);
			if (definition == null || !this.promised.test(definition, name)) {
				return null;
			}
			context.setPropertyResolved(true);
			return "";
		}

		private static @Nullable String definition(VariableScope scope) {
			if (scope instanceof DelegateExecution execution) {
				return execution.getProcessDefinitionId();
			}
			return (scope instanceof DelegateTask task) ? task.getProcessDefinitionId() : null;
		}

		@Override
		public Object invoke(ELContext context, @Nullable Object base, @Nullable Object method,
				Class<?> @Nullable [] types, Object @Nullable [] arguments) {
			throw new ELException("Method calls are not available in expressions: " + method);
		}

		@Override
		public Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
			return Object.class;
		}

		@Override
		public void setValue(ELContext context, @Nullable Object base, @Nullable Object property,
				@Nullable Object value) {
			throw new ELException("Expressions are read-only");
		}

		@Override
		public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
			return true;
		}

		@Override
		public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, @Nullable Object base) {
			return null;
		}

		@Override
		public Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
			return Object.class;
		}

	}

}
