import java.io.File;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Says of a PDF for each flavour (ua1, 2a) whether veraPDF finds it compliant, and each rule that it breaks. */
public class Validate {
    public static void main(String[] asked) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int n = 1; n < asked.length; n++) {
            PDFAFlavour flavour = PDFAFlavour.fromString(asked[n]);
            try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(asked[0]), flavour)) {
                ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
                System.out.println(asked[n] + " " + result.isCompliant() + " " + result.getTotalAssertions());
                for (TestAssertion broken : result.getTestAssertions()) {
                    if (broken.getStatus() == TestAssertion.Status.FAILED) {
                        System.out.println("  " + broken.getRuleId().getClause() + " " + broken.getMessage());
                    }
                }
            }
        }
    }
}
