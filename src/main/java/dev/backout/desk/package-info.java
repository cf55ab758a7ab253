/**
 * Pages that gather several modules: desk, run, approvals, status page; log-in and
 * layout.
 */
@NullMarked
package dev.backout.desk;

import org.jspecify.annotations.NullMarked;
