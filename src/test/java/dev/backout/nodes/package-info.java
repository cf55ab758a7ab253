/** Real nodes in processes of their own. */
package dev.backout.nodes;
