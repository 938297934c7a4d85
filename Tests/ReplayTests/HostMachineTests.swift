// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Replay

/// This computer's own kernel is not touched: /proc and /sys are in a folder of the test's.
@Suite struct HostMachineTests {
  /// A kernel on which everything can be done, but for what a test changes.
  private final class Fake {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("vmapcheck-host-\(UUID().uuidString)")
    static let headers = "lib/modules/6.9.1/build"

    init(_ changes: [String: String?] = [:]) throws {
      var files: [String: String?] = [
        "sys/kernel/security/lockdown": "[none] integrity confidentiality",
        "sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages": "3\n",
        "sys/kernel/debug/clear_warn_once": "",
        "proc/sys/vm/hugetlb_optimize_vmemmap": "0\n",
        "proc/sys/kernel/tainted": "0\n",
        "proc/vmstat": "nr_memmap_pages 10\nnr_memmap_boot_pages 8192\n",
        "proc/modules": "",
        "proc/cpuinfo": "flags\t\t: fpu vme smep\n",
        "\(Self.headers)/.config": "CONFIG_MODULES=y\n",
        "\(Self.headers)/include/config/kernel.release": "6.9.1\n",
      ]
      files.merge(changes) { $1 }
      for (file, text) in files {
        guard let text else { continue }
        let place = root.appendingPathComponent(file)
        try FileManager.default.createDirectory(
          at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: place)
      }
    }

    deinit { try? FileManager.default.removeItem(at: root) }

    func machine(release: String = "6.9.1") -> HostMachine {
      HostMachine(root: root, release: release)
    }
  }

  @Test func takesRoot() throws {
    let fake = try Fake()
    #expect(fake.machine().moduleObstacle(user: 1000) == "it takes root")
    #expect(HostProc(host: fake.machine()).obstacle(user: 1000) == "it takes root")
    #expect(HostProc(host: fake.machine()).obstacle(user: 0) == nil)
  }

  @Test(
    arguments: [
      ("sys/kernel/security/lockdown", "none [integrity]", "locked down (integrity)"),
      ("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", nil, "no hugetlb folios of 2 MiB"),
      ("proc/modules", nil, "takes no modules"),
      ("proc/sys/kernel/modules_disabled", "1\n", "modules_disabled is set"),
      ("\(Fake.headers)/.config", nil, "apt-get install -y linux-headers-6.9.1"),
      ("\(Fake.headers)/include/config/kernel.release", "6.9.2\n", "the headers of 6.9.1 are not"),
      ("\(Fake.headers)/.config", "CONFIG_A=y\nCONFIG_CFI_CLANG=y\n", "CONFIG_CFI"),
      ("proc/cpuinfo", "flags\t\t: fpu ibt\n", "boot with ibt=off"),
      ("sys/kernel/debug/clear_warn_once", nil, "mount -t debugfs"),
    ] as [(String, String?, String)])
  func refusesTheModule(file: String, text: String?, reason: String) throws {
    let fake = try Fake([file: text])
    let obstacle = try #require(fake.machine().moduleObstacle(user: 0))
    #expect(obstacle.contains(reason), "\(obstacle)")
  }

  @Test(
    arguments: [
      ("proc/sys/vm/hugetlb_optimize_vmemmap", nil, "no HVO"),
      ("proc/sys/kernel/tainted", "4128\n", "bad pages before"),
      ("proc/vmstat", "nr_free_pages 7\n", "does not count"),
    ] as [(String, String?, String)])
  func refusesToLookAtProc(file: String, text: String?, reason: String) throws {
    let fake = try Fake([file: text])
    let obstacle = try #require(HostProc(host: fake.machine()).obstacle(user: 0))
    #expect(obstacle.contains(reason), "\(obstacle)")
  }

  /// They lose pages when an optimised folio is given back.
  @Test func optimisesNothingOnKernelsThatLosePages() throws {
    let fake = try Fake()
    #expect(fake.machine(release: "6.12.117+deb12-amd64").optimisingObstacle != nil)
    #expect(fake.machine(release: "6.12.113+deb12-amd64").optimisingObstacle == nil)
  }

  @Test func saysThatAWarnEndsTheKernel() throws {
    let (calm, panicking) = (try Fake(), try Fake(["proc/sys/kernel/panic_on_warn": "1\n"]))
    #expect(!calm.machine().panicsOnWarn)
    #expect(panicking.machine().panicsOnWarn)
  }

  @Test func saysWhatItDoes() throws {
    let fake = try Fake(["proc/sys/kernel/panic_on_oops": "1\n"])
    let plan = fake.machine().modulePlan(isHVO: true)
    #expect(plan.contains("allocates 48 hugetlb folios"))
    #expect(plan.contains("hugetlb_optimize_vmemmap"))
    #expect(plan.contains("panic_on_oops is set"))
  }

  @Test(.enabled(if: getuid() == 0, "look() is for root")) func putsEverythingBack() throws {
    let fake = try Fake()
    // Nothing happens in this /proc: so nothing is freed, which is not as modelled.
    let sight = try HostProc(host: fake.machine()).look()
    #expect(!sight.isAsModelled)
    for (file, value) in [(HostMachine.sysctl, "0"), (HostMachine.pool, "3")] {
      let text = try String(contentsOf: fake.root.appendingPathComponent(file), encoding: .utf8)
      #expect(text == "\(value)\n")
    }
  }

  @Test func sevenOfEightPagesAreFreed() {
    func sight(_ folios: [Int], _ pages: [Int], _ tails: [Int?]) -> HostProc.Sight {
      HostProc.Sight(folios: folios, vmemmapPages: pages, withTails: tails)
    }
    #expect(sight([4, 4], [-28, 0], [4, 4]).isAsModelled)
    #expect(sight([4, 4], [-28, 0], [nil, nil]).isAsModelled)
    #expect(!sight([4, 4], [-28, 0], [3, 4]).isAsModelled)
    #expect(!sight([4, 4], [-27, 0], [4, 4]).isAsModelled)
    #expect(!sight([4, 4], [-28, -28], [4, 4]).isAsModelled)
    #expect(!sight([0, 0], [0, 0], [nil, nil]).isAsModelled)
  }
}
