// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Replay

/// This computer's own kernel is not touched: /proc is a folder of the test's.
@Suite struct HostMachineTests {
  private func machine(
    lockdown: String = "[none] integrity confidentiality", hasHVO: Bool = true,
    vmstat: String = "nr_memmap_pages 10\nnr_memmap_boot_pages 8192\n"
  ) throws -> (HostMachine, URL) {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-host-\(UUID().uuidString)")
    func write(_ text: String, _ file: String) throws {
      let place = root.appendingPathComponent(file)
      try FileManager.default.createDirectory(
        at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: place)
    }
    try write(lockdown, "sys/kernel/security/lockdown")
    if hasHVO { try write("0\n", "proc/sys/vm/hugetlb_optimize_vmemmap") }
    try write("3\n", "proc/sys/vm/nr_hugepages")
    try write(vmstat, "proc/vmstat")
    return (HostMachine(root: root), root)
  }

  @Test func takesRoot() throws {
    let (machine, root) = try machine()
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(machine.obstacle(user: 1000) == "it takes root")
    #expect(machine.obstacle(user: 0) == nil)
  }

  @Test func refusesUnderLockdown() throws {
    let (machine, root) = try machine(lockdown: "none [integrity] confidentiality")
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(machine.obstacle(user: 0) == "the kernel is locked down (integrity)")
  }

  @Test func refusesAKernelWithoutHVO() throws {
    let (machine, root) = try machine(hasHVO: false)
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(machine.obstacle(user: 0)?.contains("no HVO") == true)
  }

  @Test func refusesAKernelThatDoesNotCount() throws {
    let (machine, root) = try machine(vmstat: "nr_free_pages 7\n")
    defer { try? FileManager.default.removeItem(at: root) }
    #expect(machine.obstacle(user: 0)?.contains("does not count") == true)
  }

  @Test(.enabled(if: getuid() == 0, "look() is for root")) func putsEverythingBack() throws {
    let (machine, root) = try machine()
    defer { try? FileManager.default.removeItem(at: root) }
    // Nothing happens in this /proc: so nothing is freed, which is not as modelled.
    let sight = try machine.look()
    #expect(!sight.isAsModelled)
    for (file, value) in [("hugetlb_optimize_vmemmap", "0"), ("nr_hugepages", "3")] {
      let place = root.appendingPathComponent("proc/sys/vm/\(file)")
      #expect(try String(contentsOf: place, encoding: .utf8) == "\(value)\n")
    }
  }

  @Test func sevenOfEightPagesAreFreed() {
    #expect(HostMachine.Sight(folios: [4, 4], vmemmapPages: [-28, 0]).isAsModelled)
    #expect(!HostMachine.Sight(folios: [4, 4], vmemmapPages: [-27, 0]).isAsModelled)
    #expect(!HostMachine.Sight(folios: [4, 4], vmemmapPages: [-28, -28]).isAsModelled)
    #expect(!HostMachine.Sight(folios: [0, 0], vmemmapPages: [0, 0]).isAsModelled)
  }
}
