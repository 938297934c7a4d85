// SPDX-License-Identifier: Apache-2.0

import Testing

/// The specs that are shipped, and their bad twins, come out as they expect.
@Suite(.serialized) struct ShippedSpecTests {
  @Test(arguments: ["Specs", "Tests/CommandLineTests/Specs"])
  func allAreAsExpected(_ folder: String) async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run(["verify", folder, "-q", "--output", scratch.path("out")])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }
}
