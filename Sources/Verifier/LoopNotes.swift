// SPDX-License-Identifier: Apache-2.0

import Execution

/// Tells of the strategy's loops that no run goes through: what is claimed of them says nothing.
struct LoopNotes {
  /// In words, with the loops' places.
  let words: [String]

  /// Of a search of all runs up to a bound; nothing is known where it did not come to its end.
  ///
  /// - Parameter proof: a proof search that came to its end. What it goes by the contract of, and
  ///   does not enter, is for other specs to prove.
  init(
    _ exploration: Exploration, _ machine: Machine, _ bounds: Bounds, proof: Exploration? = nil
  ) {
    guard exploration.incomplete == nil else {
      words = []
      return
    }
    var coverage = exploration.coverage
    if let proof { coverage.keepFunctions(of: proof.coverage) }
    let sites = machine.loops(notIn: coverage).map(machine.site)
    // The model's own headers have functions that are compiled with the strategy.
    let own = sites.filter { $0.file?.hasPrefix("environment/") == false }
    words = own.map { site in
      "no run of up to \(bounds.words) goes through a round of the loop at "
        + "\(site.file ?? ""):\(site.line ?? 0), in \(site.function)(): what is claimed of it "
        + "says nothing"
    }
  }
}
