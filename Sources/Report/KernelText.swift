// SPDX-License-Identifier: Apache-2.0

import Replay

/// A booted kernel and its controls, in words.
public enum KernelText {
  /// The lines.
  public static func lines(_ facts: KernelFacts) -> [String] {
    let has = facts.configuration
    let parts = [
      (has.vmapPfn, "vmap_pfn()"), (has.udmabuf, "udmabuf"), (has.debugVM, "DEBUG_VM"),
    ]
    var lines = [
      "Linux \(facts.release) (\(facts.version)), HVO \(facts.hvo ? "on" : "off"), "
        + parts.map { "\($0.0 ? "with" : "without") \($0.1)" }.joined(separator: ", ")
    ]
    if facts.mapsBar { lines.append("  control: vmap_pfn() maps what is no memory") }
    lines.append("  control: pages that are mapped the other way around are seen so")
    let fault = facts.fault.first { $0.hasPrefix("#PF: error_code") } ?? "faults"
    lines.append(
      "  control: a store to struct page 63 of a hugetlb folio goes through, to 64 "
        + (facts.storesTo64 ? "goes through" : "does not: \(fault)"))
    return lines
  }
}
