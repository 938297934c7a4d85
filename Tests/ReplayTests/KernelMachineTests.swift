// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Replay

@Suite struct KernelMachineTests {
  @Test func readsWhatMattersOfAConfiguration() {
    let text = "\nCONFIG_VMAP_PFN=y\n# CONFIG_UDMABUF is not set\nCONFIG_DEBUG_VM_PGTABLE=y\n"
    let has = KernelMachine.Configuration(text: text)
    #expect(has.vmapPfn)
    #expect(!has.udmabuf)
    #expect(!has.debugVM)
    #expect(!has.hvo)
  }

  @Test(arguments: [
    ("6.12.117+deb12-amd64", "#1 SMP Debian 6.12.117-1~deb12u1 (2026-11-14)", "6.12.117"),
    ("6.1.0-56-cloud-amd64", "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)", "6.1.192"),
    ("6.19.3", "#3 SMP", "6.19.3"),
  ])
  func knowsTheVersionOfTheSource(release: String, version: String, upstream: String) {
    let facts = KernelFacts(
      release: release, version: version, package: nil, hvo: true,
      configuration: KernelMachine.Configuration(text: ""), mapsBar: true, storesTo63: true,
      storesTo64: false, fault: [])
    #expect(facts.upstream == upstream)
  }

  @Test func knowsDebiansKernels() {
    #expect(DebianKernel.all.map(\.name) == ["debian-6.12", "debian-6.1"])
    #expect(DebianKernel(name: "debian-2.4") == nil)
  }

  @Test func aMachineThatIsNotThereIsSaidToBe() {
    #expect(throws: KernelError.unknown(name: "qemu:none")) {
      try KernelMachine.find("qemu:none")
    }
  }
}
