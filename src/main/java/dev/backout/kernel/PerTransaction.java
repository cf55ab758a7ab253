package dev.backout.kernel;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Something that is remembered until the transaction at hand ends, such as what need not
 * be said to the database twice, or what is written once at the end.
 */
public final class PerTransaction<T> {

	/** Stands for a transaction whose remembered things are being written. */
	private static final Object ENDING = new Object();

	private final Supplier<T> fresh;

	private final Consumer<T> beforeCommit;

	/**
	 * Each transaction begins with a fresh one.
	 * @param beforeCommit what is done with it in the transaction, last of all; not when
	 * it is rolled back
	 */
	public PerTransaction(Supplier<T> fresh, Consumer<T> beforeCommit) {
		this.fresh = fresh;
		this.beforeCommit = beforeCommit;
	}

	/**
	 * The one of this transaction; nothing where there is none, or where it is about to
	 * end, so that what is remembered now would be forgotten.
	 */
	public Optional<T> get() {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()
				|| TransactionSynchronizationManager.hasResource(ENDING)) {
			return Optional.empty();
		}
		@SuppressWarnings("unchecked")
		var known = (T) TransactionSynchronizationManager.getResource(this);
		return Optional.of((known != null) ? known : begin());
	}

	private T begin() {
		var value = this.fresh.get();
		TransactionSynchronizationManager.bindResource(this, value);
		TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

			@Override
			public void suspend() {
				TransactionSynchronizationManager.unbindResource(PerTransaction.this);
			}

			@Override
			public void resume() {
				TransactionSynchronizationManager.bindResource(PerTransaction.this, value);
			}

			@Override
			public void beforeCommit(boolean readOnly) {
				if (!TransactionSynchronizationManager.hasResource(ENDING)) {
					TransactionSynchronizationManager.bindResource(ENDING, ENDING);
				}
				PerTransaction.this.beforeCommit.accept(value);
			}

			@Override
			public void beforeCompletion() {
				TransactionSynchronizationManager.unbindResource(PerTransaction.this);
				TransactionSynchronizationManager.unbindResourceIfPossible(ENDING);
			}

		});
		return value;
	}

}
