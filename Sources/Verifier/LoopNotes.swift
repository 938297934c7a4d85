// SPDX-License-Identifier: Apache-2.0

import Execution

/// Tells of the strategy's loops that no run goes through: what is claimed of them says nothing.
struct LoopNotes {
  /// In words, with the loops' places.
  let words: [String]

  /// Of a search of all runs up to a bound; nothing is known where it did not come to its end.
  init(_ exploration: Exploration, _ machine: Machine, _ bounds: Bounds) {
    guard exploration.incomplete == nil else {
      words = []
      return
    }
    let sites = machine.loops(notIn: exploration.coverage).map(machine.site)
    // The model's own headers have functions that are compiled with the strategy.
    let own = sites.filter { $0.file?.hasPrefix("environment/") == false }
    words = own.map { site in
      "no run of up to \(bounds.words) goes through a round of the loop at "
        + "\(site.file ?? ""):\(site.line ?? 0), in \(site.function)(): what is claimed of it "
        + "says nothing"
    }
  }
}
