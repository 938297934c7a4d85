// SPDX-License-Identifier: Apache-2.0

import Testing

/// Walks through page caches of any number of entries: the one that is right is proved, and none
/// that is not, however far off it goes wrong.
@Suite(.serialized) struct PageCacheTests {
  @Test(arguments: [
    ("right", "proved"), ("not_moved", "refuted"), ("not_clipped", "refuted"),
    ("last_page", "refuted"), ("one_page", "refuted"), ("odd_entry", "refuted"),
    ("walks_place", "refuted"), ("third_entry", "bounded"),
  ])
  func aWalkIsProvedWhereItIsRight(_ walk: String, _ verdict: String) async throws {
    try await PageCacheTests.expect(walk, "maps-exactly", verdict)
  }

  @Test func whatThreeFoliosDoTogetherIsNotProvedOfTwo() async throws {
    try await PageCacheTests.expect("three_orders", "no-splat", "bounded")
  }

  private static func expect(
    _ walk: String, _ property: String, _ verdict: String
  ) async throws {
    let scratch = try Scratch()
    let run = try await Vmapcheck.run([
      "verify", "Tests/CommandLineTests/Specs/page_caches.c", "--spec", "pagecache_\(walk)",
      "--property", property, "--output", scratch.path("out"),
    ])
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.lastLine(of: "pagecache_\(walk)").contains("1 \(verdict)"))
  }
}
