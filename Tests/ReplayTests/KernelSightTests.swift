// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing
import Verifier

@testable import Replay

/// What is made of a guest's answer, of answers that no guest has given.
@Suite struct KernelSightTests {
  /// A hugetlb folio whose pages 60 to 69 are the buffer, at pfn 0x200 of the model's.
  private let buffer = KernelBuffer(
    inputs: [
      ("ranges", 1), ("ram end", 0x8000), ("kind[0]", 4), ("order[0]", 9), ("hvo[0]", 1),
      ("head pfn[0]", 0x200), ("offset[0]", 60), ("pages[0]", 10),
    ].map { Counterexample.Value(name: $0.0, value: "\($0.1)") },
    space: KernelBuffer.Space([:]), isHVO: true)

  /// An answer of a guest whose folio is at pfn 0x1000.
  private func sight(
    runs: String = "[[4156,10,1]]", success: Bool = true, left: Int = 0, mapped: Int = 10,
    torn: Int = 0, behind: Bool = false, refs: String = "[3,3,3]", stage: String = "done",
    live: Int = 0, log: [String] = []
  ) throws -> KernelSight {
    let text = """
      {"hangs":false,"signal":0,"exit":0,"module":{"stage":"\(stage)","error":0,
      "addr":"\(success ? "0xffa0000000001000" : "0x0")","success":\(success),"torn":\(torn),
      "before":false,"behind":\(behind),"mapped":\(mapped),"left":\(left),"live":\(live),
      "hasUnmap":true,"violations":0,"runs":\(success ? runs : "[]"),
      "vmemmap":"0xffd4000000000000",
      "folios":[{"pfn":4096,"order":9,"optimized":true,"refs":\(refs)}]},
      "log":\(String(decoding: try JSONEncoder().encode(log), as: UTF8.self))}
      """
    return KernelSight(
      try JSONDecoder().decode(GuestAnswer.self, from: Data(text.utf8)), of: buffer)
  }

  private func shown(_ sight: KernelSight) -> Set<String> { Set(sight.shown.map(\.property)) }

  @Test func seesNothingWrongInTheRightMapping() throws {
    let sight = try sight()
    #expect(sight.shown.isEmpty)
    #expect(sight.obstacle == nil)
    #expect(sight.seen == [.tailWrite, .noSplat, .accepts, .mapsExactly, .refsHeld])
  }

  @Test func seesTheHeadPageInEachPagesPlace() throws {
    let sight = try sight(runs: "[[4096,10,0]]")
    #expect(shown(sight) == ["maps-exactly"])
    #expect(sight.wrongPages.count == 10)
    #expect(sight.wrongPages.first == WrongPage(place: 0, expected: 0x23c, actual: 0x200))
  }

  @Test func seesOneWrongPage() throws {
    let sight = try sight(runs: "[[4156,9,1],[4164,1,0]]")
    #expect(sight.wrongPages == [WrongPage(place: 9, expected: 0x245, actual: 0x244)])
  }

  @Test func seesAPageThatIsNotMapped() throws {
    let sight = try sight(runs: "[[4156,9,1],[0,1,0]]")
    #expect(sight.wrongPages == [WrongPage(place: 9, expected: 0x245, actual: nil)])
  }

  @Test func seesAContentThatIsNobodys() throws {
    #expect(shown(try sight(torn: 1)) == ["maps-exactly"])
  }

  @Test func seesAPageBehindTheMapping() throws {
    #expect(shown(try sight(behind: true)) == ["maps-exactly"])
  }

  @Test func seesThatPagesAreMappedTwice() throws {
    #expect(shown(try sight(mapped: 11)) == ["maps-exactly"])
  }

  @Test func seesWhatUnmapLeaves() throws {
    #expect(shown(try sight(left: 10)) == ["api-class"])
    #expect(shown(try sight(refs: "[3,4,4]")) == ["refs-held"])
  }

  @Test func seesARefusal() throws {
    let sight = try sight(success: false, mapped: 0)
    #expect(shown(sight) == ["accepts"])
    #expect(sight.seen.contains(.cleanFailure))
    #expect(!sight.seen.contains(.mapsExactly))
  }

  @Test func seesWhatAFailureLeaves() throws {
    let sight = try sight(success: false, left: 3, mapped: 3, live: 1)
    #expect(shown(sight) == ["accepts", "clean-failure"])
  }

  @Test func doesNotSayWhatARunHasNotComeTo() throws {
    let sight = try sight(stage: "unmap")
    #expect(!sight.seen.contains(.refsHeld))
    #expect(sight.seen.contains(.mapsExactly))
  }

  // MARK: The log

  private func oops(
    at address: String, code: String = "0003", in caller: String = "vfree.part.0"
  ) -> [String] {
    [
      "BUG: unable to handle page fault for address: \(address)",
      "#PF: supervisor write access in kernel mode",
      "#PF: error_code(0x\(code)) - permissions violation",
      "RIP: 0010:__free_pages+0x21/0xa0", "Call Trace:", " <TASK>",
      " \(caller)+0x46/0x240", " ? __pte_offset_map+0x1b/0x180", " </TASK>",
    ]
  }

  /// In 6.12's vfree(), and in 6.1's __vunmap(), where other faults are those of a wrong API.
  @Test(arguments: ["vfree.part.0", "__vunmap"])
  func aStoreToAFreedStructPageIsTailWrite(caller: String) throws {
    let sight = try sight(stage: "unmap", log: oops(at: "ffd4000000041034", in: caller))
    #expect(shown(sight) == ["tail-write"])
    #expect(sight.shown.first?.message.contains("struct page 64 ") == true)
    #expect(sight.shown.first?.callStack.map(\.function) == ["__free_pages", caller])
    #expect(sight.faults.first?.kernelAddress == 0xffd4_0000_0000_9034)
  }

  @Test(arguments: ["ffd4000000040fc0", "ffd4000000048000", "0000000000000000"])
  func anyOtherFaultIsASplat(address: String) throws {
    #expect(shown(try sight(stage: "unmap", log: oops(at: address))) == ["no-splat"])
  }

  @Test func aWarningOfTheWrongAPIIsBoth() throws {
    let sight = try sight(
      success: false, mapped: 0,
      log: ["WARNING: CPU: 0 PID: 7 at mm/vmalloc.c:3551 vmap_pfn_apply+0x9c/0xc0"])
    #expect(shown(sight) == ["accepts", "no-splat", "api-class"])
    let site = sight.shown.first { $0.property == "no-splat" }?.callStack.first
    #expect(site?.file == "mm/vmalloc.c")
    #expect(site?.line == 3551)
  }

  @Test func aTextBeforeItsWarningIsOneSplat() {
    let log = KernelLog([
      "Trying to vunmap() nonexistent vm area (00000000468588d8)",
      "WARNING: CPU: 0 PID: 132 at mm/vmalloc.c:3473 vunmap+0x49/0x60",
    ])
    #expect(log.splats.count == 1)
    #expect(log.splats.first?.callStack.first?.line == 3473)
  }

  @Test func whatAnotherProcessBringsAboutIsNoSplatOfTheRuns() {
    let lines = [
      "WARNING: CPU: 0 PID: 132 at mm/vmalloc.c:3473 vunmap+0x49/0x60",
      "CPU: 0 UID: 0 PID: 132 Comm: init Tainted: G           OE      6.12.117",
    ]
    #expect(KernelLog(lines).splats.count == 1)
    #expect(KernelLog(lines, of: 132).splats.count == 1)
    #expect(KernelLog(lines, of: 131).splats.isEmpty)
  }

  @Test func aGuestThatIsGoneIsASplat() {
    var answer = GuestAnswer()
    answer.hangs = true
    answer.why = "the guest has ended"
    answer.log = ["Kernel panic - not syncing: Fatal exception in interrupt"]
    let sight = KernelSight(answer, of: buffer)
    #expect(shown(sight) == ["no-splat"])
    #expect(!sight.seen.contains(.mapsExactly))
    #expect(sight.isGone)
    #expect(answer.isDirty)
  }

  @Test func aGuestThatOnlyHangsMayBeSlow() {
    var answer = GuestAnswer()
    answer.hangs = true
    let sight = KernelSight(answer, of: buffer)
    #expect(sight.shown.isEmpty)
    #expect(sight.obstacle != nil)
    #expect(sight.isGone)
  }

  // MARK: Buffers

  private func buffer(_ inputs: [(String, Int)], isHVO: Bool = true) -> KernelBuffer {
    KernelBuffer(
      inputs: inputs.map { Counterexample.Value(name: $0.0, value: "\($0.1)") },
      space: KernelBuffer.Space([:]), isHVO: isHVO)
  }

  @Test func rangesOfOneFolioHaveItsNumber() {
    let two = buffer([
      ("ranges", 2), ("kind[0]", 2), ("order[0]", 1), ("head pfn[0]", 2), ("pages[0]", 1),
      ("kind[1]", 2), ("order[1]", 1), ("head pfn[1]", 2), ("offset[1]", 1), ("pages[1]", 1),
    ])
    #expect(two.words == "2,1,0,0,0,1 2,1,0,0,1,1")
  }

  @Test func withoutHVONoFolioIsOptimised() {
    let inputs = [
      ("ranges", 1), ("kind[0]", 4), ("order[0]", 9), ("hvo[0]", 1), ("head pfn[0]", 512),
      ("pages[0]", 1),
    ]
    #expect(buffer(inputs).words == "4,9,1,0,0,1")
    #expect(buffer(inputs, isHVO: false).words == "4,9,0,0,0,1")
  }

  @Test func aFailingAllocationIsAnObstacle() {
    let failing = buffer([
      ("ranges", 1), ("kind[0]", 1), ("head pfn[0]", 1), ("pages[0]", 1),
      ("allocation fails#1", 1),
    ])
    #expect(failing.obstacle != nil)
  }

  @Test func whatIsMissingIsAnObstacle() {
    #expect(buffer([("ranges", 1), ("kind[0]", 1)]).obstacle != nil)
  }
}
