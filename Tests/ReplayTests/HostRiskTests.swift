// SPDX-License-Identifier: Apache-2.0

import Testing
import Verifier

@testable import Replay

/// What is tried in a kernel that is in use, and what is not.
@Suite struct HostRiskTests {
  private let warning = "WARNING: pfn_valid(pfn), in vmap_pfn_apply()"
  private let refusal = "vmap_pfn() of memory that has struct pages"
  private let risk = HostRisk(panicsOnWarn: false)

  @Test func triesWhatIsRightOrOnlyMapsAnotherPage() {
    #expect(risk.reason([]) == nil)
    #expect(risk.reason([(.mapsExactly, "a page"), (.accepts, "refused")]) == nil)
  }

  @Test(arguments: [Property.tailWrite, .refsHeld, .inBounds, .cleanFailure, .noWrap, .apiClass])
  func doesNotTryWhatHarms(property: Property) throws {
    let reason = try #require(risk.reason([(.accepts, "refused"), (property, "it does")]))
    #expect(reason.contains("the run violates \(property.name) (it does)"))
    #expect(reason.contains("use --on qemu:NAME"))
  }

  @Test func triesAWarningUnlessItEndsTheKernel() throws {
    let violations: [(property: Property, message: String)] = [
      (.apiClass, refusal), (.noSplat, warning),
    ]
    #expect(risk.reason(violations) == nil)
    let reason = try #require(HostRisk(panicsOnWarn: true).reason(violations))
    #expect(reason.contains("panic_on_warn"))
  }

  @Test(arguments: ["kernel BUG: a page is mapped already", "Segmentation fault", "deadlock"])
  func doesNotTryOtherSplats(message: String) {
    #expect(risk.reason([(.noSplat, message)]) != nil)
  }
}
