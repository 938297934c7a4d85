// SPDX-License-Identifier: Apache-2.0

import Verifier

/// What may be run in a kernel that is in use: what does no harm by the words of both the model and
/// `mmu`, which have run the very same buffer before.
struct HostRisk {
  /// A WARN ends the kernel.
  let panicsOnWarn: Bool

  /// vmap_pfn() looks, warns and gives up before it maps anything.
  private static let refusal = "vmap_pfn() of memory that has struct pages"

  /// Violations of these are seen and leave nothing behind: another page is mapped, a buffer is
  /// refused, a freed struct page is loaded from, bytes are wasted.
  private static let harmless: Set<Property> = [.mapsExactly, .accepts, .tailRead, .cost]

  /// Why a run is not tried; nil where it does no harm.
  ///
  /// - Parameter violations: all that a run violates, and what is said of it.
  func reason(_ violations: [(property: Property, message: String)]) -> String? {
    for (property, message) in violations where !Self.harmless.contains(property) {
      if property == .apiClass, message == Self.refusal { continue }
      guard property == .noSplat, message.hasPrefix("WARNING: ") else {
        return "the run violates \(property.name) (\(message)), which could harm a kernel that is "
          + "in use: use --on qemu:NAME"
      }
      if panicsOnWarn {
        return "the run has a WARN, and kernel.panic_on_warn is set: use --on qemu:NAME"
      }
    }
    return nil
  }
}
